/** Histories that once failed. */
import { type Case, change, group, history } from './case.ts';

/** People are u1 to u3 of users 1 to 3; numbers count from 0. */
export const CASES: readonly Case[] = [
  {
    title:
      'a colleague whose unit another server answers for is not lost to a second bearer of the name (G04, G18)',
    history: history(
      [0, 1, 0],
      [group([], [1])],
      [{ changes: [change('leaveAndTakeName', 0, 0)], doubts: [{ kind: 'elsewhere', who: 0 }] }, {}],
    ),
  },
  {
    title: 'a colleague whose username is hidden is not lost to a second bearer of the name (G18)',
    history: history(
      [0, 0, 0],
      [group([], [1])],
      [{ changes: [change('secondName', 0, 1)] }, { doubts: [{ kind: 'username', who: 1 }] }],
    ),
  },
  {
    title: 'a leaver does not stay by taking the name of a person who is gone (G18)',
    history: history(
      [0, 0, 0, 0, 0],
      [group([4], [0])],
      [{ changes: [change('remove', 0, 0), change('leaveAndTakeName', 3, 0)] }],
    ),
  },
  {
    title: 'a rename that a group does not follow is over after two reads',
    history: history([0, 0, 0], [group([], [0])], [{ changes: [change('renamePerson', 0, 0)] }, {}]),
  },
  {
    title: 'what a partial read could not resolve was not met by a complete read (G11)',
    history: history(
      [0, 0, 0],
      [group([]), group([2], [2])],
      [{ changes: [change('movePerson', 2, 1)], only: 1 }, { changes: [change('leave', 2, 1)] }],
    ),
  },
  {
    title: 'a person who was renamed and then shows no identity stays (G02)',
    history: history(
      [0, 0, 0],
      [group([1]), group([])],
      [{ changes: [change('renamePerson', 1, 0, true)], doubts: [{ kind: 'id', who: 1 }] }],
    ),
  },
  {
    title: 'a person whose entry shows no identity is not lost to another who shows it (G02, G03)',
    history: history(
      [0, 0, 0],
      [group([1]), group([])],
      [{ changes: [change('shareIdentity', 1, 0)] }, { doubts: [{ kind: 'id', who: 1 }] }],
    ),
  },
  {
    title: 'a person whose identity is hidden ends no run, and stays (G02)',
    history: history([0, 0, 0], [group([1])], [{ doubts: [{ kind: 'id', who: 1 }] }]),
  },
  {
    title: 'a group that is gone for good leaves no doubt behind (G17)',
    history: history(
      [0, 0, 0],
      [group([])],
      [
        { changes: [change('join', 0, 0)] },
        { doubts: [{ kind: 'entry', who: 0 }] },
        { changes: [change('removeGroup', 0, 0)] },
      ],
    ),
  },
  {
    title: 'a leaver does not stay by taking the name of a disabled colleague (G18)',
    history: history(
      [0, 0, 0],
      [group([0], [1])],
      [{ changes: [change('disable', 1, 0)] }, { changes: [change('leaveAndTakeName', 0, 0)] }],
    ),
  },
  {
    title:
      'who came by a nested group that was never synced since stays when that group is hidden (G11, G17)',
    history: history(
      [0, 0, 0],
      [group([], [], [1]), group([1])],
      [{ changes: [change('join', 0, 1)], only: 0 }, { doubts: [{ kind: 'group', who: 1 }] }],
    ),
  },
  {
    title: 'who goes from a group to a nested one that is hidden stays (G17)',
    history: history(
      [0, 0, 0],
      [group([0], [], [1]), group([1])],
      [
        {
          changes: [change('leave', 0, 0), change('join', 0, 1)],
          doubts: [{ kind: 'group', who: 1 }],
        },
      ],
    ),
  },
  {
    title: 'a leaver does not stay by taking the name of a colleague who was disabled before (G18)',
    history: history(
      [0, 0, 0],
      [group([0])],
      [
        { changes: [change('disable', 1, 0), change('joinByUid', 1, 0)] },
        { changes: [change('leaveAndTakeName', 0, 0)] },
      ],
    ),
  },
  {
    title:
      'a leaver who hides the own username does not stay for ever by a name that is new in the group (G18)',
    history: history(
      [0, 0, 0],
      [group([0])],
      [
        { changes: [change('leaveAmongStrays', 0, 0)], doubts: [{ kind: 'username', who: 0 }] },
        { doubts: [{ kind: 'username', who: 0 }] },
      ],
    ),
  },
  {
    title: 'what a partial read sees again was not missed by two complete reads (G11, G17)',
    history: history(
      [0, 0, 0],
      [group([], [], [1]), group([1])],
      [
        { doubts: [{ kind: 'group', who: 1 }] },
        { only: 0 },
        { only: 1 },
        { doubts: [{ kind: 'group', who: 1 }] },
      ],
    ),
  },
  {
    title: 'a value that could be read in between is in doubt when it cannot again (G11)',
    history: history(
      [0, 0, 0],
      [group([0]), group([])],
      [{ doubts: [{ kind: 'garbled', who: 0 }] }, { only: 0 }, { doubts: [{ kind: 'garbled', who: 0 }] }],
    ),
  },
  {
    title:
      'a name that is taken while the unit of another is referred elsewhere holds for as long as that lasts (G04, G11)',
    history: history(
      [0, 0, 2, 0, 0, 0],
      [group([]), group([], [1], [3]), group([]), group([], [2]), group([])],
      [
        { changes: [change('secondName', 0, 1)], only: 0 },
        { changes: [change('takeName', 1, 2)], doubts: [{ kind: 'elsewhere', who: 3 }] },
      ],
    ),
  },
];
