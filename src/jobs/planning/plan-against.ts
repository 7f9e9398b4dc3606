/**
 * Plans a directory under two configurations, and compares what becomes of its groups and members. Both plans use the same
 * read and the same state of the database, so that only the configuration makes the difference. Writes nothing.
 */

import type { CurrentState } from '../../model/current.ts';
import type {
  Comparison,
  DirectoryRules,
  MemberDifference,
  ReadWay,
} from '../../model/operations/comparison.ts';
import type { Approved } from '../../model/plan.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { awaitsRead } from '../../plan/guard/read-conditions.ts';
import { prepare } from '../../plan/lookup-request.ts';
import { afterRun } from '../../plan/what-if/after-run.ts';
import { compareOutlooks, type Difference } from '../../plan/what-if/compare.ts';
import { approvalOf, type FutureRun, type Judged, type Outlook } from '../../plan/what-if/outlook.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { rulesOf } from '../../store/current/directory-rules.ts';
import { directoryState } from '../../store/current/directory-state.ts';
import { loadCurrentOfBoth } from '../../store/current/load-current.ts';
import { usernamesOf } from '../../store/current/people.ts';
import type { Database } from '../../store/database/database.ts';
import { keptPosition } from './config-digest.ts';
import { readWith } from './decide.ts';
import { planRead, type ReadInput, readSince } from './plan-directory.ts';
import type { PlanPorts, ReadDirectory } from './plan-ports.ts';

type Both = readonly [DirectorySettings, DirectorySettings];

export interface AgainstPorts extends PlanPorts {
  /** Reads one directory for two configurations. */
  readonly readBoth: (
    both: Both,
    options: { readonly position?: string },
  ) => Promise<{ readonly snapshots: readonly [Snapshot, Snapshot]; readonly isOneRead: boolean }>;
}

/** After this many pairs of reads during which the directory changed, the last pair is compared. */
const MAX_PAIRS = 3;
/** Two complete reads decide every removal. The third plans what the second made possible. */
const MAX_RUNS = 3;
/** The approval of missing groups shows the other changes of an untrusted read, which may be held too. */
const MAX_APPROVALS = 3;

/**
 * Compares the proposed configuration with the rules that are in use; undefined: the directory is new. Throws what planDirectory
 * throws.
 */
export async function planAgainst(
  ports: AgainstPorts,
  proposed: DirectorySettings,
  rules: DirectoryRules | undefined,
): Promise<Comparison> {
  // Both read from the server of the proposed configuration.
  const running = { ...proposed, ...(rules && rulesOf(rules)) };
  const [before, after, read] = await readForPlans(ports, [running, proposed]);
  const outlook = await lookAhead(ports, after);
  const known = rules === undefined ? { runs: [], after: before.current } : await lookAhead(ports, before);
  const difference = compareOutlooks(known, outlook);
  return {
    directory: proposed.name,
    read,
    groups: difference.groups,
    members: await withUsernames(ports.db, difference),
    held: outlook.runs.map(({ judged }) => judged.flatMap(({ verdict }) => verdict.reasons)),
    untrusted: outlook.runs.some(({ judged }) =>
      judged.some(({ plan }) => plan.readUntrusted === true || plan.empty !== undefined),
    ),
    warnings: outlook.runs[0]?.plan.warnings ?? [],
  };
}

async function withUsernames(db: Database, { members, newUsers }: Difference): Promise<MemberDifference[]> {
  const names = await usernamesOf(db, new Set(members.map(({ userId }) => userId)));
  const nameOf = (id: number) => newUsers.get(id) ?? names.get(id) ?? `#${id}`;
  return members.map(({ userId, ...member }) => ({ ...member, username: nameOf(userId) }));
}

/** Reads for both, and loads the state of both from one snapshot of the database. */
async function readForPlans(
  ports: AgainstPorts,
  both: Both,
): Promise<readonly [ReadInput, ReadInput, ReadWay]> {
  const [running, proposed] = both;
  const last = await directoryState(ports.db, running.name);
  const position = keptPosition(running, last?.position) ?? keptPosition(proposed, last?.position);
  const { read, behind } = await readSince(position, from => readAtOneMoment(ports, both, from));
  const [one, other] = read.snapshots;
  const prepared = [await inTurns(prepare(one, running)), await inTurns(prepare(other, proposed))] as const;
  const wanted = [prepared[0].wanted, prepared[1].wanted] as const;
  const current = await loadCurrentOfBoth(ports.db, running.name, wanted);
  const late = behind && { behind };
  return [
    { snapshot: one, prepared: prepared[0], current: current[0], settings: running, ...late },
    { snapshot: other, prepared: prepared[1], current: current[1], settings: proposed, ...late },
    read.way,
  ];
}

async function readAtOneMoment({ readBoth }: AgainstPorts, both: Both, position: string | undefined) {
  for (let pair = 1; ; pair += 1) {
    const { snapshots, isOneRead } = await readBoth(both, position === undefined ? {} : { position });
    const way = isOneRead ? 'once' : isOneMoment(snapshots) ? 'same_position' : 'unproved';
    const isHopeless = snapshots[0].marker === undefined;
    if (way !== 'unproved' || isHopeless || pair === MAX_PAIRS) return { snapshots, way } as const;
  }
}

/** Whether the directory did not change during both reads and between them. */
function isOneMoment([one, other]: readonly [Snapshot, Snapshot]): boolean {
  return one.stable && other.stable && one.server === other.server && one.marker === other.marker;
}

/** Plans the run of this read, and those of further reads that show the same, as long as members wait for them. */
async function lookAhead({ readDirectory }: PlanPorts, first: ReadInput): Promise<Outlook> {
  const { settings, snapshot } = first;
  const runs: FutureRun[] = [];
  let current: CurrentState = first.current;
  while (runs.length < MAX_RUNS) {
    const { run, approved } = await planUntilApproved(readDirectory, { ...first, current });
    runs.push(run);
    const waits = run.judged.some(({ verdict }) => verdict.waits === true);
    const lastRead = waits ? current.lastRead : readWith(snapshot, settings);
    const { windowMs = 0 } = settings.guard;
    current = afterRun(current, { plan: run.plan, approved, lastRead, windowMs });
    if (!awaitsRead(run.plan)) break;
  }
  return { runs, after: current };
}

function mayBeApproved({ verdict }: Judged): boolean {
  return verdict.holds.length > 0 || verdict.unconfirmed === true;
}

/** Plans one run, as if an administrator approved everything that the guard holds. */
async function planUntilApproved(readDirectory: ReadDirectory, input: ReadInput) {
  let approved: Approved = new Map();
  let planned = await planRead(readDirectory, input);
  const judged: Judged[] = [planned];
  while (mayBeApproved(planned) && judged.length <= MAX_APPROVALS) {
    approved = approvalOf(planned, approved);
    planned = await planRead(readDirectory, { ...input, approved });
    judged.push(planned);
  }
  return { run: { plan: planned.plan, judged }, approved };
}
