/** Every kind of doubt about a member in words: what it means, and what ends it. */
import type { DoubtKind } from '../../model/doubt.ts';
import type { Remedy } from './reasons.ts';

const DECIDE = 'or decide about the members with "rollcall doubts"';

const WAYS: Readonly<Record<DoubtKind, Remedy>> = {
  ambiguous_user: {
    explanation: 'a value of the group can mean several people',
    wayOut: `Make usernames and DNs unique in the directory, ${DECIDE}. A name that was not the member's before counts for two complete reads.`,
  },
  source_id_missing: {
    explanation: 'the entry shows no identity',
    wayOut: `Let the bind account read the id attribute of the entry, ${DECIDE}.`,
  },
  duplicate_id: {
    explanation: 'several entries show the same identity',
    wayOut: `Remove or re-create one of the entries, ${DECIDE}.`,
  },
  entry_absent: {
    explanation: 'an entry that may carry the membership was not there',
    wayOut: 'The members go with the next complete read that does not find it either.',
  },
  elsewhere: {
    explanation: 'another server would have to say who this is',
    wayOut: `Read that part of the directory from a server that holds it, ${DECIDE}.`,
  },
  unreadable: {
    explanation: 'the server did not say who this is',
    wayOut: `Let the bind account read the entry, and whatever users.filter and groups.filter look at, ${DECIDE}.`,
  },
  undecodable: {
    explanation: 'a value of the group is no valid text',
    wayOut: `Correct the value in the group, ${DECIDE}.`,
  },
  out_of_scope: {
    explanation: 'a value of the group leads out of the configured bases',
    wayOut: 'The members go with the next complete read that shows the same.',
  },
  username_unread: {
    explanation: 'the entry does not show the username by which the group may name it',
    wayOut: `Let the bind account read the attribute, ${DECIDE}. A name that was not the member's before counts for two complete reads.`,
  },
  primary_group_unread: {
    explanation: 'the entry does not show its primary group, and the server does not say that it has none',
    wayOut: `Let the bind account read and search primaryGroupID or gidNumber of the entry, ${DECIDE}.`,
  },
  changed_during_read: {
    explanation: 'the directory changed while it was read, and a second look did not confirm the removal',
    wayOut: 'The next run reads the group again.',
  },
};

/** What a doubt means for an administrator. The explanation is a clause, the way out a sentence. */
export function doubtRemedy(kind: DoubtKind): Remedy {
  return WAYS[kind];
}

/** Whether the next complete read ends a doubt of this kind, one way or the other, although the directory does not change. */
export function endsByReading(kind: DoubtKind): boolean {
  return ['entry_absent', 'out_of_scope', 'changed_during_read'].includes(kind);
}
