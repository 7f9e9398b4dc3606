/** The line of an anonymised snapshot with the configuration and the state of the database, without which it cannot be planned. */
import { z } from 'zod';
import type { CurrentState } from '../../model/current.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { notASnapshot } from './lines.ts';

export interface Inputs {
  readonly settings: DirectorySettings;
  /** undefined: the read failed. */
  readonly current: CurrentState | undefined;
}

const object = z.record(z.string(), z.unknown());
/** Only `snapshot save` writes this line. */
const line = z.object({
  inputs: z.object({
    settings: z.custom<DirectorySettings>(json => object.safeParse(json).success),
    current: z.custom<CurrentState>(json => object.safeParse(json).success).optional(),
  }),
});

/** Whether a line has the inputs. */
export function isInputs(text: string): boolean {
  return text.startsWith('{"inputs":');
}

/** The line. JSON has neither sets of ids nor maps. */
export function inputsLine(inputs: Inputs): object {
  return { inputs: plain(inputs) };
}

function plain(value: unknown): unknown {
  if (value instanceof Int32Array) return { ids: [...value] };
  if (value instanceof Map) return { map: Array.from(value, ([key, each]) => [key, plain(each)]) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** @throws UsageError if the line is malformed */
export function parseInputs(text: string): Inputs {
  const { data } = line.safeParse(JSON.parse(text, (_, value) => restored(value)));
  if (data === undefined) throw notASnapshot();
  return { settings: data.inputs.settings, current: data.inputs.current };
}

function restored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('ids' in value && Array.isArray(value.ids)) return Int32Array.from(value.ids);
  return 'map' in value && Array.isArray(value.map) ? new Map(value.map) : value;
}
