/** A hidden value that caused memberships, while the entry that it names hides something as well. */
import { GROUPS, groupRecord, PEOPLE } from '../../support/given/slapd-company.ts';
import { uuid } from '../../support/given/values.ts';
import { dn, gdn, hides, hidesValue, named, play, rename, replace, type Scene } from './scene.ts';

const STAFF = groupRecord(1009, 'staff', named('dora', 'erik', 'fay', 'gus', 'hal'));
const DEVS = groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: ${gdn('lab')}`]);
const lab = (...values: string[]) => groupRecord(1002, 'lab', values);
const LAB = lab(...named('bob', 'hal'));
const HIDDEN_LAB = hidesValue(gdn('devs'), 'member', gdn('lab'));
const BY_PRIMARY_GROUP = {
  settings: { primaryGroup: true },
  before: [replace(dn('bob'), 'gidNumber', ['500'])],
  groups: [DEVS, lab('gidNumber: 500', ...named('hal')), STAFF],
};
const ALL = ['alice', 'bob', 'carol', 'hal'];
const memberUrl = (type: string) => `ldap:///${PEOPLE}??sub?(employeeType=${type})`;
const dynamicGroup = (n: number, cn: string, ...types: string[]) =>
  `dn: cn=${cn},${GROUPS}\nobjectClass: groupOfURLs\nobjectClass: extensibleObject\ncn: ${cn}\nentryUUID: ${uuid(n)}\n${types.map(type => `memberURL: ${memberUrl(type)}`).join('\n')}\n`;
const DYNAMIC = {
  settings: {
    dynamic: { bases: [PEOPLE], attributes: ['employeeType'] },
    filter: '(|(objectClass=groupOfMembers)(objectClass=groupOfURLs))',
  },
  before: [
    replace(dn('bob'), 'employeeType', ['dev']),
    replace(dn('hal'), 'employeeType', ['dev']),
    replace(dn('carol'), 'employeeType', ['ops']),
  ],
};

const BOB = `${dn('bob')}#'01'B`;
const UNIQUE = groupRecord(
  1001,
  'devs',
  [dn('alice'), BOB, dn('hal')].map(value => `uniqueMember: ${value}`),
);

const hiddenToo: [string, string][] = [
  ['the value of the member in it', hidesValue(gdn('lab'), 'member', dn('bob'))],
  ['its member attribute', hides(gdn('lab'), 'member')],
  ['its entry', hides(gdn('lab'), 'entry')],
  ['its objectClass', hides(gdn('lab'), 'objectClass')],
  ['the identity of the member', hides(dn('bob'), 'entryUUID')],
];

const scenes: Scene[] = [
  ...hiddenToo.map(
    ([what, rule]): Scene => ({
      title: `keeps the members of a nested group whose value is hidden together with ${what} (G01)`,
      groups: [DEVS, LAB, STAFF],
      access: [HIDDEN_LAB, rule],
      expected: ALL,
    }),
  ),
  {
    title: 'keeps the members of groups whose values are hidden at two levels (G01)',
    groups: [
      DEVS,
      lab(`member: ${gdn('sub')}`, ...named('hal')),
      groupRecord(1003, 'sub', named('bob', 'gus')),
      STAFF,
    ],
    access: [HIDDEN_LAB, hidesValue(gdn('lab'), 'member', gdn('sub'))],
    expected: ['alice', 'bob', 'carol', 'gus', 'hal'],
  },
  {
    ...BY_PRIMARY_GROUP,
    title: 'keeps a member by primary group whose nested group and primary group are hidden (G01)',
    access: [HIDDEN_LAB, hides(dn('bob'), 'gidNumber')],
    expected: ALL,
  },
  {
    ...BY_PRIMARY_GROUP,
    title: 'keeps a member by primary group in a read of one group that hides its nested group (G01)',
    access: [HIDDEN_LAB],
    partial: true,
    expected: ALL,
  },
  {
    ...DYNAMIC,
    title: 'keeps a member by memberURL in a read of one group that hides its nested group (G01)',
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: ${gdn('dyn')}`]),
      dynamicGroup(1003, 'dyn', 'dev'),
      STAFF,
    ],
    access: [hidesValue(gdn('devs'), 'member', gdn('dyn'))],
    partial: true,
    expected: ALL,
  },
  ...['dyn', 'none'].map(
    (exclude): Scene => ({
      ...DYNAMIC,
      settings: { ...DYNAMIC.settings, exclude: [exclude] },
      title: `keeps a member by memberURL of a nested group in a read of one group if the entry hides the attribute of the filter, exclude: ${exclude} (G01)`,
      groups: [
        groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: ${gdn('dyn')}`]),
        dynamicGroup(1003, 'dyn', 'dev'),
        STAFF,
      ],
      access: [hides(dn('bob'), 'employeeType')],
      partial: true,
      expected: ALL,
    }),
  ),
  {
    ...BY_PRIMARY_GROUP,
    title:
      'keeps a member by primary group in a read of one group if the account may not search for it (G01)',
    access: [`access to dn.exact="${dn('bob')}" attrs=gidNumber by * =rx`],
    partial: true,
    expected: ALL,
  },
  {
    ...DYNAMIC,
    title: 'keeps the members by a memberURL that is hidden while another one is shown (G01)',
    groups: [dynamicGroup(1001, 'devs', 'dev', 'ops'), STAFF],
    access: [hidesValue(gdn('devs'), 'memberURL', memberUrl('dev'))],
    expected: ['bob', 'carol', 'hal'],
  },
  {
    ...DYNAMIC,
    title: 'keeps the members by a memberURL that a nested group hides while it shows another one (G01)',
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'carol'), `member: ${gdn('dyn')}`]),
      dynamicGroup(1003, 'dyn', 'dev', 'ops'),
      STAFF,
    ],
    access: [hidesValue(gdn('dyn'), 'memberURL', memberUrl('dev'))],
    partial: true,
    expected: ALL,
  },
  {
    ...DYNAMIC,
    title: 'keeps a member by memberURL whose entry hides the attribute of its filter (G01)',
    groups: [dynamicGroup(1001, 'devs', 'dev'), STAFF],
    access: [hides(dn('bob'), 'employeeType')],
    expected: ['bob', 'hal'],
  },
  {
    ...DYNAMIC,
    title:
      'keeps a member by memberURL whose entry hides its identity together with the attribute of the filter (G01, G02)',
    groups: [dynamicGroup(1001, 'devs', 'dev'), STAFF],
    access: [hides(dn('bob'), 'employeeType,entryUUID')],
    expected: ['bob', 'hal'],
  },
  {
    ...DYNAMIC,
    title: 'removes a member by memberURL whose entry hides its identity and has another value (G01, G02)',
    groups: [dynamicGroup(1001, 'devs', 'dev'), STAFF],
    access: [hides(dn('bob'), 'entryUUID')],
    changes: [replace(dn('bob'), 'employeeType', ['ops'])],
    after: 2,
    expected: ['hal'],
  },
  {
    ...DYNAMIC,
    title:
      'removes a member by memberURL who has another value, or none, of the attribute of its filter (G01)',
    groups: [dynamicGroup(1001, 'devs', 'dev', 'ops'), STAFF],
    changes: [replace(dn('bob'), 'employeeType', ['admin']), replace(dn('hal'), 'employeeType', [])],
    after: 1,
    expected: ['carol'],
  },
  {
    ...DYNAMIC,
    title: 'removes the members by a memberURL that was taken out (G01)',
    groups: [dynamicGroup(1001, 'devs', 'dev', 'ops'), STAFF],
    changes: [replace(gdn('devs'), 'memberURL', [memberUrl('ops')])],
    after: 1,
    expected: ['carol'],
  },
  {
    title: 'removes the members of a nested group that was renamed and taken out (G01)',
    groups: [DEVS, LAB, STAFF],
    changes: [rename(gdn('lab'), gdn('lab2')), replace(gdn('devs'), 'member', [dn('alice'), dn('carol')])],
    after: 1,
    expected: ['alice', 'carol'],
  },
  {
    title: 'keeps a member whose value with a bit string is hidden (G01)',
    groups: [UNIQUE, STAFF],
    access: [hidesValue(gdn('devs'), 'uniqueMember', BOB)],
    expected: ['alice', 'bob', 'hal'],
  },
  {
    title: 'keeps a member whose value with a bit string is hidden in a nested group (G01)',
    settings: { include: ['devs', 'staff'] },
    groups: [DEVS, lab(`uniqueMember: ${BOB}`, `uniqueMember: ${dn('hal')}`), STAFF],
    access: [hidesValue(gdn('lab'), 'uniqueMember', BOB)],
    expected: ALL,
  },
  {
    title:
      'keeps the members of a nested group whose value with a bit string is hidden, as is its member (G01)',
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'carol'), `uniqueMember: ${gdn('lab')}#'01'B`]),
      LAB,
      STAFF,
    ],
    access: [hidesValue(gdn('devs'), 'uniqueMember', `${gdn('lab')}#'01'B`)],
    expected: ALL,
  },
  {
    title: 'removes a member whose value with a bit string was taken out (G01)',
    groups: [UNIQUE, STAFF],
    changes: [replace(gdn('devs'), 'uniqueMember', [dn('alice'), dn('hal')])],
    after: 1,
    expected: ['alice', 'hal'],
  },
];

play('the former causes of memberships', scenes);
