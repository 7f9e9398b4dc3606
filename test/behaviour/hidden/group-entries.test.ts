/** A group whose own entry hides what its name, identity or existence rests on. */
import { groupRecord } from '../../support/given/slapd-company.ts';
import { mapping } from '../../support/given/values.ts';
import { dn, gdn, hides, hidesValue, named, play, remove, rename, replace, type Scene } from './scene.ts';

const STAFF = groupRecord(1009, 'staff', named('dora', 'erik', 'fay', 'gus', 'hal'));
const DEVS = groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: ${gdn('lab')}`]);
const LAB = groupRecord(1002, 'lab', named('bob', 'hal'));
const BOTH = ['alice', 'bob', 'carol', 'hal'];
const CREW = groupRecord(1001, 'devs', named('alice', 'bob'));
const twoNames = (n: number, cn: string, uids: string[], ...ous: string[]) =>
  groupRecord(n, cn, [...named(...uids), ...ous.map(ou => `ou: ${ou}`)]);
/** Several groups feed the AccessGroup "devs" by a value of `ou`. */
const MERGED = {
  directory: { mappings: [mapping({ name: '{ou}', merge: true, groups: { filter: '(ou=*)' } })] },
  groups: [
    twoNames(1001, 'one', ['bob', 'carol'], 'devs', 'web'),
    twoNames(1002, 'two', ['alice'], 'devs'),
    STAFF,
  ],
};

const scenes: Scene[] = [
  ...['entryDN,objectClass', 'entryDN,objectClass,entryUUID'].map(
    (hidden): Scene => ({
      title: `keeps the members of a nested group whose ${hidden} are hidden (G01)`,
      groups: [DEVS, LAB, STAFF],
      access: [hides(gdn('lab'), hidden)],
      expected: BOTH,
    }),
  ),
  {
    title: 'removes the members of a nested group that was deleted, with the second read (G01)',
    groups: [DEVS, LAB, STAFF],
    changes: [remove(gdn('lab'))],
    after: 2,
    expected: ['alice', 'carol'],
  },
  {
    title: 'keeps members of a nested group that is hidden when its value is added (G01)',
    groups: [groupRecord(1001, 'devs', named('alice', 'bob')), groupRecord(1002, 'lab', []), STAFF],
    access: [hides(gdn('lab'), 'entryDN,objectClass')],
    changes: [
      replace(gdn('lab'), 'member', [dn('bob')]),
      replace(gdn('devs'), 'member', [dn('alice'), gdn('lab')]),
    ],
    expected: ['alice', 'bob'],
  },
  {
    title: 'keeps the members of a hidden group that is nested in a nested one (G01)',
    groups: [
      DEVS,
      groupRecord(1002, 'lab', [...named('hal'), `member: ${gdn('sub')}`]),
      groupRecord(1003, 'sub', named('bob')),
      STAFF,
    ],
    access: [hides(gdn('sub'), 'entryDN,objectClass')],
    expected: BOTH,
  },
  {
    title: 'keeps the members of a group that was renamed and whose identity is hidden (G01)',
    groups: [CREW, STAFF],
    access: [hides(gdn('crew'), 'entryUUID')],
    changes: [rename(gdn('devs'), gdn('crew'))],
    expected: ['alice', 'bob'],
  },
  {
    title: 'removes the members of a deleted group, although another one has long hidden its identity (G01)',
    groups: [CREW, groupRecord(1002, 'old', named('gus')), STAFF],
    access: [hides(gdn('old'), 'entryUUID')],
    changes: [({ jobs }) => jobs.sync(), remove(gdn('devs'))],
    after: 2,
    expected: [],
  },
  {
    title: 'keeps what a renamed group with a hidden identity brought into a merged one (G01)',
    directory: MERGED.directory,
    groups: MERGED.groups,
    access: [hides(gdn('uno'), 'entryUUID')],
    changes: [rename(gdn('one'), gdn('uno'))],
    expected: ['alice', 'bob', 'carol'],
  },
  {
    ...MERGED,
    title: 'keeps what a group brought into a merged one by a name that is hidden (G01)',
    access: [hidesValue(gdn('one'), 'ou', 'devs')],
    expected: ['alice', 'bob', 'carol'],
  },
  {
    ...MERGED,
    title: 'removes what a group brought into a merged one by a name that was taken out (G01)',
    changes: [replace(gdn('one'), 'ou', ['web'])],
    after: 2,
    expected: ['alice'],
  },
  {
    ...MERGED,
    title: 'keeps what a group brought into a merged one by a part of a name that is hidden (G01)',
    directory: { mappings: [mapping({ name: '{l}{ou}', merge: true, groups: { filter: '(ou=*)' } })] },
    before: ['one', 'two'].map(cn => replace(gdn(cn), 'l', ['de'])),
    changes: ['one', 'two'].map(cn => replace(gdn(cn), 'l', ['de'])),
    groups: [
      twoNames(1001, 'one', ['bob', 'carol'], 'vs', 'web'),
      twoNames(1002, 'two', ['alice'], 'vs'),
      STAFF,
    ],
    access: [hidesValue(gdn('one'), 'ou', 'vs')],
    expected: ['alice', 'bob', 'carol'],
  },
  ...[true, false].map(
    (isHidden): Scene => ({
      title: `${isHidden ? 'keeps' : 'removes'} the members of a group whose included name ${isHidden ? 'is hidden' : 'was taken out'}, while another one is shown (G01)`,
      settings: { name: 'ou', include: ['alpha*', 'x*'] },
      groups: [
        twoNames(1001, 'devs', ['alice', 'bob'], 'alpha', 'beta'),
        ...[1, 2, 3, 4].map(n => twoNames(1010 + n, `x${n}`, ['gus'], `x${n}`)),
      ],
      access: isHidden ? [hidesValue(gdn('devs'), 'ou', 'alpha')] : [],
      changes: isHidden ? [] : [replace(gdn('devs'), 'ou', ['beta'])],
      expected: isHidden ? ['alice', 'bob'] : [],
      ...(isHidden ? {} : { after: 2 }),
    }),
  ),
];

play('the entry of a group', scenes);
