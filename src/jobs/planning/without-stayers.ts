/** Leaves the members who only stay out of a snapshot, because a plan without them is the same and takes less time. Pure. */
import type { DirectoryGroup, DirectoryUser, IdSet, Snapshot, Stayers } from '../../model/snapshot.ts';

/** The number of a person who is left out. */
const LEFT_OUT = -1;

/**
 * Returns the snapshot without these people. In another read of the same groups, a person whose entry was read is kept.
 * Only for a plan with a current state that lacks the same people (`Wanted.movers`).
 */
export function withoutStayers(snapshot: Snapshot, stayers: Stayers | undefined): Snapshot {
  if (stayers === undefined || stayers.people.size === 0) return snapshot;
  const { users, groups, nestedGroups, references } = snapshot;
  const candidates = new Set(references.flatMap(reference => reference.candidates));
  const isKept = ({ externalId = '', stored }: DirectoryUser, ordinal: number) =>
    stored !== true || !stayers.people.has(externalId) || candidates.has(ordinal);
  let kept = 0;
  const ordinals = users.map((user, ordinal) => (isKept(user, ordinal) ? kept++ : LEFT_OUT));
  const renumbered = (set: IdSet) =>
    set.map(ordinal => ordinals[ordinal] ?? LEFT_OUT).filter(ordinal => ordinal !== LEFT_OUT);
  const withoutThem = (group: DirectoryGroup): DirectoryGroup => {
    const { members } = group;
    if (members.kind === 'unknown') return group;
    const now = renumbered(members.users);
    const byUsername = renumbered(members.byUsername);
    const left = members.users.length - now.length;
    return { ...group, members: { ...members, users: now, byUsername, ...(left > 0 && { stayers: left }) } };
  };
  return {
    ...snapshot,
    stayers,
    users: users.filter(isKept),
    groups: groups.map(withoutThem),
    ...(nestedGroups && { nestedGroups: nestedGroups.map(withoutThem) }),
    references: references.map(reference => ({
      ...reference,
      candidates: reference.candidates.map(ordinal => ordinals[ordinal] ?? LEFT_OUT),
    })),
  };
}
