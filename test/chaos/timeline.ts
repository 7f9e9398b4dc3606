/** The members of each directory group over time: the reference for every change that a sync makes. */

export interface Timeline {
  /** The changes that were true at some time between `from` and `to` (milliseconds since 1970). */
  record(truth: Truth, from: number, to: number): void;
  /** Whether a user may have been a member (or no member) at some time between `from` and `to`. */
  mayHaveBeen(isMember: boolean, group: string, username: string, from: number, to: number): boolean;
}

/** Usernames by the identity of the group. */
export type Truth = ReadonlyMap<string, ReadonlySet<string>>;

interface Turn {
  readonly isMember: boolean;
  readonly from: number;
  readonly to: number;
}

/** Before this time no group had members. */
export function createTimeline(): Timeline {
  const turns = new Map<string, Turn[]>();
  let current: Truth = new Map();

  function turn(group: string, username: string, isMember: boolean, from: number, to: number): void {
    const key = `${group} ${username}`;
    const known = turns.get(key) ?? [];
    turns.set(key, [...known, { isMember, from, to }]);
  }

  return {
    record(truth, from, to) {
      for (const [group, members] of truth) {
        const before = current.get(group);
        for (const username of members) if (!before?.has(username)) turn(group, username, true, from, to);
      }
      for (const [group, members] of current) {
        const after = truth.get(group);
        for (const username of members) if (!after?.has(username)) turn(group, username, false, from, to);
      }
      current = truth;
    },
    mayHaveBeen(isMember, group, username, from, to) {
      const known = turns.get(`${group} ${username}`) ?? [];
      const all = [{ isMember: false, from: Number.NEGATIVE_INFINITY, to: 0 }, ...known];
      return all.some((one, at) => {
        const until = all[at + 1]?.to ?? Number.POSITIVE_INFINITY;
        return one.isMember === isMember && one.from <= to && until >= from;
      });
    },
  };
}
