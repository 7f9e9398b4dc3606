/** The state of an AccessGroup, in the one word that every list, sum, page, metric and command shows. */

/**
 * A group has the first of these states that applies to it. `manual`: no directory owns it. `waiting`: changes of the
 * group wait for a decision. `behind`: the last change was not read or written completely, or is being written.
 * `in_sync`: none of the others, so that its members are those of the directory.
 */
export const GROUP_STATES = [
  'manual',
  'frozen',
  'waiting',
  'not_in_directory',
  'in_doubt',
  'behind',
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

/** How many of the members the directory has in the group; null: it is not known. */
export function inDirectory({ state, members, waiting, doubts }: GroupCounts): number | null {
  if (state === 'manual' || state === 'frozen' || state === 'behind') return null;
  if (state === 'not_in_directory') return 0;
  return Math.max(0, members - waiting - doubts);
}

const WORDS: Readonly<Record<GroupState, string>> = {
  manual: 'manual',
  frozen: 'frozen',
  waiting: 'waiting',
  not_in_directory: 'not in the directory',
  in_doubt: 'in doubt',
  behind: 'behind',
  in_sync: 'in sync',
};

/** "in sync", "waiting (−12)". */
export function stateWords({ state, waiting }: Pick<GroupCounts, 'state' | 'waiting'>): string {
  return state === 'waiting' && waiting > 0 ? `waiting (−${waiting})` : WORDS[state];
}
