/** Histories of random organisations that once broke a rule. kinds.test.ts plays them in every run. */
import { type Case, change, group, history } from './case.ts';

/** Numbers are indexes: person 0 is the entry u1 of user 1, group 0 is the first group. */
export const CASES: readonly Case[] = [
  {
    title:
      'keeps a colleague whose unit is on another server when a second entry gets the username (G04, G18)',
    history: history(
      [0, 1, 0],
      [group([], [1])],
      [{ changes: [change('leaveAndTakeName', 0, 0)], doubts: [{ kind: 'elsewhere', who: 0 }] }, {}],
    ),
  },
  {
    title: 'keeps a colleague whose username is hidden when a second entry gets the username (G18)',
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
    title: 'removes a renamed person after two reads if the group keeps the former name',
    history: history([0, 0, 0], [group([], [0])], [{ changes: [change('renamePerson', 0, 0)] }, {}]),
  },
  {
    title: 'a value that only a partial read found unresolved is new to the next complete read (G11)',
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
    title: 'keeps a person whose entry shows no identity while another entry shows it (G02, G03)',
    history: history(
      [0, 0, 0],
      [group([1]), group([])],
      [{ changes: [change('shareIdentity', 1, 0)] }, { doubts: [{ kind: 'id', who: 1 }] }],
    ),
  },
  {
    title: 'keeps a person whose identity is hidden, and the run succeeds (G02)',
    history: history([0, 0, 0], [group([1])], [{ doubts: [{ kind: 'id', who: 1 }] }]),
  },
  {
    title: 'a deleted group leaves no doubts (G17)',
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
    title: 'keeps a member who joined through a nested group that is hidden before its own sync (G11, G17)',
    history: history(
      [0, 0, 0],
      [group([], [], [1]), group([1])],
      [{ changes: [change('join', 0, 1)], only: 0 }, { doubts: [{ kind: 'group', who: 1 }] }],
    ),
  },
  {
    title: 'keeps a member who moves from a group to its nested group while the nested group is hidden (G17)',
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
      'a leaver with a hidden username does not stay for ever because the group gets an unknown name (G18)',
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
    title: 'a group that a partial read finds was not absent from two complete reads (G11, G17)',
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
    title: 'a value that was readable in between is in doubt when it becomes unreadable again (G11)',
    history: history(
      [0, 0, 0],
      [group([0]), group([])],
      [{ doubts: [{ kind: 'garbled', who: 0 }] }, { only: 0 }, { doubts: [{ kind: 'garbled', who: 0 }] }],
    ),
  },
  {
    title: 'a taken username keeps its member as long as a unit is on another server (G04, G11)',
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
