/** A preview first, and then a yes: how commands begin what is not lightly taken back. */
import { UsageError } from '../errors.ts';
import type { Act } from '../model-ownership.ts';
import type { Run } from '../run.ts';
import { type CommonFlags, caller, EXIT, print, printJson, type Surroundings } from './context.ts';

/** How many names of people a line shows. */
const SHOWN = 20;

export interface ConfirmFlags extends CommonFlags {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly digest?: string;
}

/** One thing that is looked at, asked about and done. */
interface Undertaking<Preview extends { readonly digest: string }> {
  preview(): Promise<Preview>;
  /** Whether there is anything to do at all. */
  isNothing(preview: Preview): boolean;
  describe(preview: Preview): readonly string[];
  readonly question: string;
  /** Returns the run that applies it. Throws RefusedError `plan_changed` where the digest names something else. */
  carryOut(act: Act & { readonly digest: string }): Promise<Run>;
}

/** A reason that was typed, or left out where nothing is done. Throws UsageError for an empty one. */
export function requireReason(text: string | undefined): string {
  const reason = text?.trim() ?? '';
  if (reason === '') throw new UsageError('--reason takes a text: why is this done?');
  return reason;
}

/**
 * Shows what would happen and does it once that is confirmed: by `--yes`, by the `--digest` of an earlier preview, or at
 * the terminal. Resolves with the exit code: 0 done or nothing to do, 1 only looked, 3 done as far as the guard lets. Throws UsageError where nobody can be
 * asked.
 */
export async function confirmAndDo<Preview extends { readonly digest: string }>(
  flags: ConfirmFlags,
  surroundings: Surroundings,
  undertaking: Undertaking<Preview>,
): Promise<number> {
  if (flags.dryRun) return look(flags, surroundings, undertaking);
  const act = { by: caller(), reason: requireReason(flags.reason) };
  if (flags.digest !== undefined) {
    return report(flags, surroundings, await undertaking.carryOut({ ...act, digest: flags.digest }));
  }
  const preview = await undertaking.preview();
  if (!flags.json) for (const line of undertaking.describe(preview)) print(surroundings, line);
  if (undertaking.isNothing(preview)) {
    if (flags.json) printJson(surroundings, preview);
    return EXIT.ok;
  }
  if (!(await isConfirmed(flags, surroundings, undertaking.question, preview.digest))) {
    print(surroundings, 'nothing was changed');
    return EXIT.pending;
  }
  const run = await undertaking.carryOut({ ...act, digest: preview.digest });
  return report(flags, surroundings, run, preview);
}

async function look<Preview extends { readonly digest: string }>(
  { json = false }: ConfirmFlags,
  surroundings: Surroundings,
  undertaking: Undertaking<Preview>,
): Promise<number> {
  const shown = await undertaking.preview();
  if (json) printJson(surroundings, shown);
  else for (const line of undertaking.describe(shown)) print(surroundings, line);
  if (undertaking.isNothing(shown)) return EXIT.ok;
  if (!json) print(surroundings, `digest: ${shown.digest}`);
  return EXIT.pending;
}

async function isConfirmed(
  { yes = false, json = false }: ConfirmFlags,
  { ask }: Surroundings,
  question: string,
  digest: string,
): Promise<boolean> {
  if (yes) return true;
  if (ask === undefined || json) {
    throw new UsageError(
      `nothing was changed: this needs a yes. Repeat it with --yes, or with --digest ${digest}, which does exactly this or nothing`,
    );
  }
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

function report(
  { json = false }: ConfirmFlags,
  surroundings: Surroundings,
  run: Run,
  preview?: object,
): number {
  const { id, status } = run;
  const held = status === 'held';
  if (json) printJson(surroundings, { ...preview, run });
  else if (held) print(surroundings, `run ${id} holds removals; look at them, then: rollcall approve ${id}`);
  else print(surroundings, `done; run ${id} applies it: rollcall runs show ${id}`);
  return held ? EXIT.held : EXIT.ok;
}

/** Names of people in one line, the first twenty of them. */
export function people(names: readonly string[]): string {
  if (names.length === 0) return 'nobody';
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
