/** The state of an AccessGroup, in the one word that every list, sum, page, metric and command shows. */

/**
 * A group has the first of these states that applies to it. `manual`: no directory owns it. `frozen`: an administrator
 * froze it, or it is in shadow and differs from the directory. `waiting`: changes of the group wait for a decision.
 * `missing`: its directory group was not found. `out_of_scope`: its directory group was found, but no mapping matches it.
 * `behind`: the last change was not read or written completely, or is being written.
 * `conflict`: it cannot have the name or the merged AccessGroup that the mapping gives; its members are synced.
 * `in_sync`: none of the others, so that its members are those of the directory.
 */
export const GROUP_STATES = [
  'manual',
  'frozen',
  'waiting',
  'missing',
  'out_of_scope',
  'doubt',
  'behind',
  'conflict',
  'in_sync',
] as const;

export type GroupState = (typeof GROUP_STATES)[number];

/** Which states apply to a group. `in_sync` is what is left. */
export type GroupFacts = Readonly<Record<Exclude<GroupState, 'in_sync'>, boolean>>;

/** The state of a group with these facts. */
export function groupState(facts: GroupFacts): GroupState {
  const applies: Readonly<Record<GroupState, boolean>> = { ...facts, in_sync: true };
  return GROUP_STATES.find(state => applies[state]) ?? 'in_sync';
}

/** The numbers behind a state. */
export interface GroupCounts {
  readonly state: GroupState;
  /** Members in the application. */
  readonly members: number;
  /** Held removals. */
  readonly waiting: number;
  /** Members in doubt. */
  readonly doubts: number;
}

/** States in which the members of the directory group are not known. */
const UNKNOWN: readonly GroupState[] = ['manual', 'frozen', 'out_of_scope', 'behind'];

/** How many of the members the directory has in the group; null: it is not known. */
export function inDirectory({ state, members, waiting, doubts }: GroupCounts): number | null {
  if (UNKNOWN.includes(state)) return null;
  if (state === 'missing') return 0;
  return Math.max(0, members - waiting - doubts);
}

/** "in sync", "waiting (−12)". */
export function stateWords({ state, waiting }: Pick<GroupCounts, 'state' | 'waiting'>): string {
  return state === 'waiting' && waiting > 0 ? `waiting (−${waiting})` : state.replaceAll('_', ' ');
}
