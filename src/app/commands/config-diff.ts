/** `rollcall config diff`: what of the configuration file is not what runs. */
import type { LoadedSettings } from '../../config/load-settings.ts';
import { type Difference, differencesOf, shownValues } from '../../config/report/values.ts';
import { UnavailableError } from '../../errors.ts';
import { runningConfigurations } from '../../store/status/configuration.ts';
import { openRecords } from '../operations/database.ts';

/** What differs between a configuration and the file. */
export interface ConfigurationDiff {
  /** The process or file that the file is compared with. */
  readonly against: string;
  readonly differences: readonly Difference[];
}

/**
 * Compares the file with the configuration of every process that is alive. Throws UnavailableError if no process is, or if
 * the database does not answer.
 */
export async function diffWithRunning({ settings, values }: LoadedSettings): Promise<ConfigurationDiff[]> {
  await using records = await openRecords(settings);
  const running = await runningConfigurations(records.db);
  if (running.length === 0)
    throw new UnavailableError('no process of the service with a configuration is alive');
  return running.map(({ name, config }) => ({
    against: name,
    differences: differencesOf(config, values),
  }));
}

/** Compares two files. */
export function diffOfFiles(other: LoadedSettings, { values }: LoadedSettings): ConfigurationDiff {
  return { against: other.file, differences: differencesOf(shownValues(other.values), values) };
}
