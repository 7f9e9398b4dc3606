/** rollcall doubts: members who stay because the directory does not prove that they left. */
import { UsageError } from '../../errors.ts';
import type { PageRequest } from '../../model/access.ts';
import type { DoubtKind, ExplainedDoubt } from '../../model/doubt.ts';
import { type AddCommand, chooseDirectories, newCommand, print, settingsOf } from '../terminal/command.ts';
import { type ListFlags, printList } from '../terminal/list.ts';
import { openDoubtsOf } from '../terminal/open.ts';

import { addDoubtDecisions } from './decide-doubts.ts';

const TABLE = {
  header: ['GROUP', 'USER', 'KIND', 'SINCE', 'DECISION', 'BASED ON'],
  row,
  empty: 'No members are in doubt.',
};
const KINDS: Readonly<Record<DoubtKind, true>> = {
  ambiguous_user: true,
  source_id_missing: true,
  duplicate_id: true,
  entry_absent: true,
  elsewhere: true,
  unreadable: true,
  undecodable: true,
  out_of_scope: true,
  value_unread: true,
  username_unread: true,
  primary_group_unread: true,
  changed_during_read: true,
  other_server: true,
};

interface DoubtsFlags extends ListFlags {
  readonly kind?: string;
}

/** Adds `rollcall doubts` and the decisions below it. */
export const addDoubts: AddCommand = (program, context, _exit) => {
  const doubts = newCommand(program, 'doubts')
    .description(
      'Members who stay because the directory does not prove that they left, and how to resolve each doubt.',
    )
    .argument('[directory...]', 'only groups of these directories')
    .option('--kind <kind>', `only doubts of this kind: ${Object.keys(KINDS).join(', ')}`)
    .option('--limit <n>', 'maximum number', '50')
    .addHelpText('after', HELP)
    .action(async (names: string[], flags: DoubtsFlags) => {
      const kind = kindOf(flags.kind);
      const settings = await settingsOf(flags, context);
      const chosen = chooseDirectories(names, settings.directories).map(({ name }) => name);
      const directories = names.length === 0 ? undefined : chosen;
      await using opened = await openDoubtsOf(settings);
      const list = (page: PageRequest<readonly [string, string, string]>) =>
        opened.list({ ...page, directories, kind });
      const items = await printList(flags, context, { ...TABLE, list });
      const explained = new Map(items.map(item => [item.kind, item]));
      if (!flags.json)
        for (const [name, { explanation, wayOut }] of explained)
          print(context, `${name}: ${explanation}. ${wayOut}`);
    });
  addDoubtDecisions(doubts, context);
};

function row({
  team,
  group,
  username,
  kind,
  since,
  decision,
  decidedBy,
  decidedReason,
  dns,
}: ExplainedDoubt) {
  const decided = decision === null ? '' : `${decision} by ${decidedBy}: ${decidedReason}`;
  return [`${team}/${group}`, username, kind, since.toISOString(), decided, dns.join('; ')];
}

function kindOf(text: string | undefined): DoubtKind | undefined {
  if (text === undefined || isKind(text)) return text;
  throw new UsageError(`--kind takes ${Object.keys(KINDS).join(', ')}, not "${text}"`);
}

function isKind(text: string): text is DoubtKind {
  return Object.hasOwn(KINDS, text);
}

const HELP = `
A doubt about a membership leaves the membership unchanged. It is not a failure: the exit code is 0.

Examples:
  rollcall doubts
  rollcall doubts corp --kind ambiguous_user --json
  rollcall doubts keep platform/eng-api alice --reason "she changed departments, CHG-1234"
  rollcall doubts remove platform/eng-api bob dan --reason "they left the company, CHG-1235"`;
