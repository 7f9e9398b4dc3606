/** The members that a run added, removed or holds, listed by group. */
import type { Audit } from '../../app/operations/audit.ts';
import type { RunMember, RunMemberKey } from '../../model/audit.ts';
import { type CommandContext, print } from '../terminal/command.ts';

/** Maximum number of members without `--members`. */
const SHOWN = 100;
const PAGE = 1_000;

interface Which {
  readonly run: number;
  readonly all: boolean;
}

/** Prints the members of a run by group: the first hundred and a hint, or all. Keeps only one page in memory. */
export async function printMembers(audit: Audit, which: Which, context: CommandContext): Promise<void> {
  let group: string | undefined;
  let shown = 0;
  for await (const member of membersOf(audit, which)) {
    shown += 1;
    if (shown > SHOWN && !which.all) {
      print(context, `  only the first ${SHOWN} members are shown: --members shows all`);
      return;
    }
    const name = `${member.team}/${member.group}`;
    if (name !== group) print(context, `  ${name}`);
    group = name;
    print(context, `    ${describe(member)}`);
  }
}

/** Yields all members of a run, or one more than the number shown, so that the caller notices that more exist. */
export async function* membersOf(audit: Audit, { run, all }: Which): AsyncGenerator<RunMember> {
  let after: RunMemberKey | undefined;
  do {
    const page = await audit.runMembers(run, { limit: all ? PAGE : SHOWN + 1, after });
    yield* page.items;
    after = page.next;
  } while (all && after !== undefined);
}

function describe({ action, username, reason, held }: RunMember): string {
  const line = `${action === 'add' ? '+' : '-'} ${username}`;
  if (held) return `${line}, held`;
  return ['member', 'not_member', 'planned'].includes(reason) ? line : `${line}, ${reason}`;
}
