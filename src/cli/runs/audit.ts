/** rollcall audit: which users joined and left which groups, and how groups changed. */
import { Option } from 'commander';
import type { Audit } from '../../app/operations/audit.ts';
import { UsageError } from '../../errors.ts';
import { AUDIT_COLUMNS, type AuditEntry, type AuditFilter } from '../../model/audit.ts';
import { csvLine } from '../../text/csv.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  newCommand,
  positive,
  print,
  printJson,
  settingsOf,
} from '../terminal/command.ts';
import { instant } from '../terminal/instant.ts';
import { openAuditOf } from '../terminal/open.ts';
import { printTable } from '../terminal/style.ts';
import { addVerify } from './verify-audit.ts';

const SHOWN = 50;
const FORMATS = ['csv', 'jsonl'] as const;
type Format = (typeof FORMATS)[number];

interface AuditFlags extends CommonFlags {
  readonly user?: string;
  readonly group?: string;
  readonly run?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly at?: Date;
  readonly limit?: string;
  readonly after?: string;
  readonly format?: Format;
  readonly jsonl?: boolean;
}

/** Adds `rollcall audit`. */
export const addAudit: AddCommand = (program, context, exit) => {
  const audit = newCommand(program, 'audit', 'the changes')
    .description('Every change of groups and memberships, newest first.')
    .option('--user <name>', 'only changes of this user')
    .option('--group <team/name>', 'only changes of this group; "team/" means all groups of the team')
    .option('--run <id>', 'only what this run did')
    .option('--since <date>', 'from this day or instant on (ISO 8601; UTC if no time zone is given)', instant)
    .option('--until <date>', 'before this day or instant', instant)
    .option('--at <date>', 'the members of the group, or the groups of the user, at that instant', instant)
    .option(
      '--after <cursor>',
      'with --format jsonl: only entries after this cursor ("start": all entries), oldest first',
    )
    .option('--limit <n>', `maximum number (default: ${SHOWN}; with --format: all)`)
    .addOption(
      new Option('--format <format>', 'print all entries, for an export: JSON Lines, or CSV').choices(
        FORMATS,
      ),
    )
    .option('--jsonl', 'the same as --format jsonl')
    .addHelpText('after', HELP)
    .action(async (flags: AuditFlags) => {
      const filter = filterOf(flags);
      const format = formatOf(flags);
      if (flags.after !== undefined && format !== 'jsonl')
        throw new UsageError('--after requires --format jsonl: each line holds the cursor to continue from');
      const limit = flags.limit === undefined ? undefined : positive(flags.limit, '--limit');
      await using records = await openAuditOf(await settingsOf(flags, context));
      const entries = records.audit;
      if (flags.at !== undefined) await printAt(entries, { filter, at: flags.at, json: flags.json }, context);
      else if (format) await printAll(linesOf(entries, filter, flags.after), { format, limit }, context);
      else await printPage(entries, { filter, limit: limit ?? SHOWN, json: flags.json }, context);
    });
  addVerify(audit, context, exit);
};

function filterOf({ user, group, run, since, until }: AuditFlags): AuditFilter {
  const [, team, name] = /^([^/]+)\/(.*)$/.exec(group ?? '') ?? [];
  if (group !== undefined && team === undefined)
    throw new UsageError(`--group takes TEAM/NAME, not "${group}"`);
  return {
    user,
    team,
    group: name === '' ? undefined : name,
    run: run === undefined ? undefined : positive(run, '--run'),
    since,
    until,
  };
}

function formatOf({ format, jsonl }: AuditFlags): Format | undefined {
  if (format === 'csv' && jsonl) throw new UsageError('--format csv and --jsonl contradict each other');
  return jsonl ? 'jsonl' : format;
}

function linesOf(audit: Audit, filter: AuditFilter, after: string | undefined): AsyncIterable<AuditEntry> {
  return after === undefined ? audit.stream(filter) : audit.tail(filter, after);
}

async function printAll(
  entries: AsyncIterable<AuditEntry>,
  { format, limit }: { readonly format: Format; readonly limit: number | undefined },
  context: CommandContext,
): Promise<void> {
  const line = format === 'jsonl' ? (entry: AuditEntry) => JSON.stringify(entry) : csvOf;
  if (format === 'csv') print(context, csvLine(AUDIT_COLUMNS));
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const entry of entries) {
    print(context, line(entry));
    left -= 1;
    if (left === 0) return;
  }
}

function csvOf(entry: AuditEntry): string {
  return csvLine(AUDIT_COLUMNS.map(column => entry[column]));
}

async function printPage(
  audit: Audit,
  { filter, limit, json }: { filter: AuditFilter; limit: number; json: boolean | undefined },
  context: CommandContext,
): Promise<void> {
  const { items, next } = await audit.list({ ...filter, limit });
  if (json) {
    printJson(context, items);
    return;
  }
  printTable(context, ['WHEN', 'WHAT', 'GROUP', 'USER', 'BY', 'WHY'], items.map(row));
  if (next !== undefined)
    print(context, `more entries exist: raise --limit, or export all of them with --format`);
}

async function printAt(
  audit: Audit,
  { filter, at, json }: { filter: AuditFilter; at: Date; json: boolean | undefined },
  context: CommandContext,
): Promise<void> {
  const members = await audit.membersAt(filter, at);
  if (json) {
    printJson(context, members);
    return;
  }
  const rows = members.map(({ team, group, username, since, actor, runId, reason }) => [
    username,
    `${team}/${group}`,
    since.toISOString(),
    byWhom(actor, runId),
    reason,
  ]);
  printTable(context, ['USER', 'GROUP', 'SINCE', 'BY', 'WHY'], rows);
}

function byWhom(actor: string | undefined, runId: number | undefined, databaseRole?: string): string {
  return [actor, databaseRole && `role ${databaseRole}`, runId === undefined ? undefined : `run ${runId}`]
    .filter(part => part !== undefined)
    .join(', ');
}

function row({ at, action, team, group, previousName, username, reason, ...made }: AuditEntry) {
  const name = previousName === undefined ? `${team}/${group}` : `${team}/${group}, was ${previousName}`;
  return [
    at.toISOString(),
    action,
    name,
    username ?? '',
    byWhom(made.actor, made.runId, made.databaseRole),
    reason,
  ];
}

const HELP = `
The current name of a user or a group also finds entries under their earlier names. If no user or group has the name
now, the command searches the names that were recorded at the time.

Examples:
  rollcall audit --user ada
  rollcall audit --group platform/eng-api --since 2026-11-01
  rollcall audit --run 42
  rollcall audit --group platform/eng-api --at 2026-10-31        the members then, and since when
  rollcall audit --until 2026-01-01 --format csv > audit-2025.csv
  rollcall audit --format jsonl --after start                    all entries; continue with --after and the last "cursor"`;
