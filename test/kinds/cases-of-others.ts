/** Histories that once failed because another entry counted as the member, or as an earlier read. */
import { type Case, change, group, history } from './case.ts';

/** Numbers are indexes: person 0 is the entry u1 of user 1, group 0 is the first group. */
export const CASES_OF_OTHERS: readonly Case[] = [
  {
    title: 'keeps a hidden person when a disabled entry without an identity takes the name (G02)',
    history: history(
      [0, 0, 0],
      [group([], [0])],
      [
        {
          changes: [change('movePerson', 1, 1), change('takeName', 1, 0), change('disable', 1, 0)],
          doubts: [
            { kind: 'entry', who: 0 },
            { kind: 'id', who: 1 },
          ],
        },
      ],
    ),
  },
  {
    title: 'a leaver does not stay because a colleague in the group took the hidden username (G18)',
    history: history(
      [0, 0, 0],
      [group([0, 1])],
      [
        {
          changes: [
            change('leave', 0, 0),
            change('movePerson', 1, 1),
            change('takeName', 1, 0),
            change('rewrite', 0, 0),
          ],
          doubts: [{ kind: 'username', who: 0 }],
        },
      ],
    ),
  },
  {
    title: 'a change that a second look did not confirm was not found by a complete read (G08)',
    history: history(
      [0, 0, 0],
      [group([], [0])],
      [
        { moments: [{ at: 6, change: change('renamePerson', 0, 0, true) }] },
        { doubts: [{ kind: 'filterOfPerson', who: 0 }] },
      ],
    ),
  },
  {
    title:
      'a second entry with the username changes nothing for a person whose identity only another entry shows (G01, G03)',
    history: history(
      [0, 0, 0],
      [group([], [1])],
      [
        {
          changes: [change('leaveAndTakeName', 0, 0), change('shareIdentity', 1, 0)],
          doubts: [{ kind: 'id', who: 1 }],
        },
      ],
    ),
  },
  {
    title:
      'does not add a colleague who takes the hidden username of a member whom the group also names by DN (G18)',
    history: history(
      [0, 1, 0],
      [group([1], [1])],
      [{ changes: [change('takeName', 2, 1)], doubts: [{ kind: 'username', who: 1 }] }],
    ),
  },
  {
    title: 'a nested group that a read of its parent found was not absent from two complete reads (G11, G17)',
    history: history(
      [0, 0, 0],
      [group([], [], [1]), group([1])],
      [{ doubts: [{ kind: 'group', who: 1 }] }, { only: 0 }, { doubts: [{ kind: 'group', who: 1 }] }],
    ),
  },
];
