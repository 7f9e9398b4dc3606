/** Histories that once failed because another entry counted as the member, or as an earlier read. */
import { type Case, change, group, history } from './case.ts';

/** People are u1 to u3 of users 1 to 3; numbers count from 0. */
export const CASES_OF_OTHERS: readonly Case[] = [
  {
    title: 'who is out of sight is not lost to a disabled entry without an identity that took the name (G02)',
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
    title: 'a leaver does not stay because a colleague in the group took the username that is hidden (G18)',
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
    title: 'what a second look did not confirm was not met by a complete read (G08)',
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
      'a second bearer of the name changes nothing for one whose identity only another entry shows (G01, G03)',
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
    title: 'a colleague who takes the hidden username of a member named by DN as well does not get in (G18)',
    history: history(
      [0, 1, 0],
      [group([1], [1])],
      [{ changes: [change('takeName', 2, 1)], doubts: [{ kind: 'username', who: 1 }] }],
    ),
  },
  {
    title: 'a nested group that a read of its parent met was not missed by two complete reads (G11, G17)',
    history: history(
      [0, 0, 0],
      [group([], [], [1]), group([1])],
      [{ doubts: [{ kind: 'group', who: 1 }] }, { only: 0 }, { doubts: [{ kind: 'group', who: 1 }] }],
    ),
  },
];
