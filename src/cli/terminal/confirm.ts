/** Preview and confirmation for commands whose effect is hard to undo. */
import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import type { Act } from '../../model/ownership.ts';
import type { Run } from '../../model/run.ts';
import { type CommandContext, type CommonFlags, caller, EXIT, print, printJson } from './command.ts';

/** Maximum number of usernames in one line. */
const SHOWN = 20;

export interface ConfirmFlags extends CommonFlags {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly digest?: string;
}

/** An operation that the command previews, confirms and applies. */
interface Operation<Preview extends { readonly digest: string }> {
  preview(): Promise<Preview>;
  /** Whether the preview contains no change. */
  isNothing(preview: Preview): boolean;
  describe(preview: Preview): readonly string[];
  readonly question: string;
  /** Returns the run that applies it. Throws RefusedError `plan_changed` if the digest no longer matches. */
  apply(act: Act & { readonly digest: string }): Promise<Run>;
}

/** Adds the flags of `confirmAndDo`. `shown`: what the preview shows, for the help. */
export function withConfirmation(command: Command, shown: string): Command {
  return command
    .option('--reason <text>', 'why; recorded in the audit')
    .option('--dry-run', `only show ${shown}`)
    .option('--yes', 'do not ask for confirmation')
    .option('--digest <hex>', 'apply exactly what an earlier preview showed, or nothing');
}

/** The trimmed reason. Throws UsageError if it is missing or empty. */
export function requireReason(text: string | undefined): string {
  const reason = text?.trim() ?? '';
  if (reason === '') throw new UsageError('--reason is required: say why you make this change');
  return reason;
}

/**
 * Prints a preview, and applies it after confirmation: `--yes`, the `--digest` of an earlier preview, or an answer at
 * the terminal. Resolves with the exit code: 0 done or nothing to do, 1 preview only, 3 done except for held removals.
 * Throws UsageError if confirmation is needed and no terminal is attached.
 */
export async function confirmAndDo<Preview extends { readonly digest: string }>(
  flags: ConfirmFlags,
  context: CommandContext,
  operation: Operation<Preview>,
): Promise<number> {
  if (flags.dryRun) return printPreview(flags, context, operation);
  const act = { by: caller(), reason: requireReason(flags.reason) };
  if (flags.digest !== undefined) {
    return report(flags, context, await operation.apply({ ...act, digest: flags.digest }));
  }
  const preview = await operation.preview();
  if (!flags.json) for (const line of operation.describe(preview)) print(context, line);
  if (operation.isNothing(preview)) {
    if (flags.json) printJson(context, preview);
    return EXIT.ok;
  }
  if (!(await isConfirmed(flags, context, operation.question, preview.digest))) {
    print(context, 'nothing was changed');
    return EXIT.pending;
  }
  const run = await operation.apply({ ...act, digest: preview.digest });
  return report(flags, context, run, preview);
}

async function printPreview<Preview extends { readonly digest: string }>(
  { json = false }: ConfirmFlags,
  context: CommandContext,
  operation: Operation<Preview>,
): Promise<number> {
  const shown = await operation.preview();
  if (json) printJson(context, shown);
  else for (const line of operation.describe(shown)) print(context, line);
  if (operation.isNothing(shown)) return EXIT.ok;
  if (!json) print(context, `digest: ${shown.digest}`);
  return EXIT.pending;
}

async function isConfirmed(
  { yes = false, json = false }: ConfirmFlags,
  { ask }: CommandContext,
  question: string,
  digest: string,
): Promise<boolean> {
  if (yes) return true;
  if (ask === undefined || json) {
    throw new UsageError(
      `nothing was changed: confirmation is required. Repeat with --yes, or with --digest ${digest} to apply exactly this preview`,
    );
  }
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

function report({ json = false }: ConfirmFlags, context: CommandContext, run: Run, preview?: object): number {
  const { id, status } = run;
  const held = status === 'held';
  if (json) printJson(context, { ...preview, run });
  else if (held) print(context, `run ${id} holds removals; review them, then run: rollcall approve ${id}`);
  else print(context, `done; run ${id} applies it: rollcall runs show ${id}`);
  return held ? EXIT.held : EXIT.ok;
}

/** The first twenty usernames in one line. */
export function usernameList(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
