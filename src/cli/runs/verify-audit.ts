/** rollcall audit verify: compares the audit with its seals, and the seals with saved anchors. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../../errors.ts';
import type { Anchor, Breach, Verification } from '../../model/audit.ts';
import { anchorsIn, anchorText } from '../../plan/report/seal-messages.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  examplesBelow,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { openAuditOf } from '../terminal/open.ts';
import { several } from './decision.ts';

interface VerifyFlags {
  readonly anchor?: readonly string[];
}

/** Adds `rollcall audit verify`. */
export const addVerify: AddCommand = (audit, context, exit) => {
  audit
    .command('verify')
    .description(
      'Compare the audit with its seals. Exits with 5 if rows or seals were changed, added or removed.',
    )
    .option(
      '--anchor <anchor>',
      'a saved anchor, or a file with anchors, such as a log; can be repeated',
      several,
    )
    .addHelpText('after', HELP)
    .action(async ({ anchor = [] }: VerifyFlags) => {
      const flags = audit.opts<CommonFlags>();
      const settings = await settingsOf(flags, context);
      const anchors = (await Promise.all(anchor.map(anchorsOf))).flat();
      await using records = await openAuditOf(settings);
      const found = await records.audit.verify(anchors);
      const text = found.anchor && anchorText(found.anchor);
      printAnswer(
        flags,
        context,
        { ...found, anchor: text, anchors: anchors.length },
        describe(found, anchors.length),
      );
      if (found.breaches.length > 0) exit(EXIT.failed);
    });
};

/** The anchors of an argument. Throws UsageError if there are none. */
async function anchorsOf(argument: string): Promise<readonly Anchor[]> {
  const given = anchorsIn(argument);
  if (given.length > 0) return given;
  const found: Anchor[] = [];
  try {
    for await (const line of createInterface(createReadStream(argument))) found.push(...anchorsIn(line));
  } catch {
    throw new UsageError(
      `--anchor "${argument}" is neither an anchor (NUMBER:HASH) nor a file that can be read`,
    );
  }
  if (found.length === 0) throw new UsageError(`the file ${argument} has no anchor`);
  return found;
}

function describe(found: Verification, anchors: number): string[] {
  const { breaches, anchor, seals, rows, tooOld } = found;
  if (breaches.length > 0) return [...breaches.map(describeBreach), ...notes(found, anchors)];
  if (anchor === undefined) return ['the audit has no seals yet; a scheduler or a sync makes them'];
  const compared = anchors === 0 ? '' : `, and has ${anchors - tooOld} of the anchors`;
  return [
    `the audit agrees with its seals: ${rows} rows, ${seals} seals${compared}`,
    ...notes(found, anchors),
    `anchor ${anchorText(anchor)}`,
  ];
}

/** The limits of what was verified. */
function notes({ unsealed, tooOld, replacing }: Verification, anchors: number): string[] {
  const lines: string[] = [];
  if (unsealed > 0) lines.push(`${unsealed} rows are too new to have a seal`);
  if (replacing !== undefined) {
    const at = new Date(replacing.sealedAt / 1_000).toISOString();
    const why = replacing.kind === 'restore' ? 'after a restore' : 'for retention';
    lines.push(`older rows are compared with seal ${replacing.number}, made ${why} at ${at}`);
  }
  if (tooOld > 0)
    lines.push(`${tooOld} of ${anchors} anchors are older than the oldest seal that retention kept`);
  return lines;
}

function describeBreach(breach: Breach): string {
  switch (breach.kind) {
    case 'chain':
      return `seal ${breach.seal}: it was changed, or seals before it were removed`;
    case 'anchor':
      return `anchor ${breach.seal}: the audit has no seal with this number and hash; its end was removed, or it was written again`;
    case 'replaced':
      return `seal ${breach.seal}: the audit differed from its seals when retention or a restore replaced them`;
    case 'kept':
      return `seal ${breach.seal}: the rows that retention or a restore kept were changed (${counts(breach)})`;
    case 'rows':
      return breach.seal === undefined
        ? `transaction ${breach.xact}: ${breach.found} rows were added without a seal`
        : `seal ${breach.seal}, transaction ${breach.xact}: its rows were changed (${counts(breach)})`;
  }
}

function counts({ sealed, found }: { readonly sealed: number; readonly found: number }): string {
  return `${sealed} were sealed, ${found} are there`;
}

const HELP = `
A seal is a hash over the audit rows of one transaction and the seal before it. Its number and hash are an anchor, which is in the
log ("audit sealed") and in messages of the webhook event "sealed". Keep anchors where the owner of the database cannot change
them. Without an anchor, this command cannot show that the end of the audit was removed, or that all of it was written again.

Exit codes: 0 unchanged, 2 bad configuration or usage, 5 changed.
${examplesBelow('audit verify', 'audit verify --anchor 812:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'audit verify --anchor anchors.log')}`;
