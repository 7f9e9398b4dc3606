/** The members whom a run added, removed or holds, below its groups. */
import type { Audit } from '../app/audit.ts';
import type { RunMember, RunMemberKey } from '../model-audit.ts';
import { print, type Surroundings } from './context.ts';

/** So many are shown unless all are asked for. */
const SHOWN = 100;
const PAGE = 1_000;

interface Which {
  readonly run: number;
  readonly all: boolean;
}

/** Prints the members of a run, group by group: the first hundred with a hint on the rest, or all. Holds a page of them. */
export async function printMembers(audit: Audit, which: Which, surroundings: Surroundings): Promise<void> {
  let group: string | undefined;
  let shown = 0;
  for await (const member of membersOf(audit, which)) {
    shown += 1;
    if (shown > SHOWN && !which.all) {
      print(surroundings, `  only the first ${SHOWN} members are shown: --members shows all`);
      return;
    }
    const name = `${member.team}/${member.group}`;
    if (name !== group) print(surroundings, `  ${name}`);
    group = name;
    print(surroundings, `    ${describe(member)}`);
  }
}

/** The first members of a run, one more than are shown, or all of them. */
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
