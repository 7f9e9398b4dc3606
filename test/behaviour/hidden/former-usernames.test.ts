/** A real OpenLDAP whose access rules hide the username by which a group names a person, while another one is shown. */
import { groupRecord, PEOPLE } from '../../support/given/slapd-company.ts';
import { dn, gdn, hidesValue, named, play, rename, replace, type Scene } from './scene.ts';

const STAFF = groupRecord(1009, 'staff', named('dora', 'erik', 'fay', 'gus', 'hal'));
const DEVS = groupRecord(1001, 'devs', [...named('alice', 'carol'), 'memberUid: bob']);
const CN = `cn=bob,${PEOPLE}`;
const BY_CN = [rename(dn('bob'), CN), replace(CN, 'uid', ['bob', 'robert'])];
const ALL = ['alice', 'bob', 'carol'];
const OTHERS = ['alice', 'carol'];

const scenes: Scene[] = [
  {
    title: 'keeps a member whose username in the DN is hidden (G01)',
    groups: [DEVS, STAFF],
    before: [replace(dn('bob'), 'uid', ['bob', 'robert'])],
    access: [hidesValue(dn('bob'), 'uid', 'bob')],
    expected: ALL,
  },
  {
    title: 'keeps a member whose username is hidden, and not in the DN (G01)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    access: [hidesValue(CN, 'uid', 'bob')],
    expected: ALL,
  },
  {
    title: 'keeps a member whose username is hidden, in a read of one group (G01)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    access: [hidesValue(CN, 'uid', 'bob')],
    partial: true,
    expected: ALL,
  },
  {
    title: 'keeps a member whose username is hidden while the entry gets a new DN (G01)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    access: [hidesValue(`cn=bobby,${PEOPLE}`, 'uid', 'bob')],
    changes: [rename(CN, `cn=bobby,${PEOPLE}`)],
    expected: ALL,
  },
  {
    title: 'keeps a member whose username is hidden while a colleague takes it (G01, G18)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    access: [hidesValue(CN, 'uid', 'bob')],
    changes: [rename(dn('gus'), `cn=gus,${PEOPLE}`), replace(`cn=gus,${PEOPLE}`, 'uid', ['bob'])],
    expected: ALL,
  },
  {
    title: 'keeps a member whose username is hidden while two colleagues take it (G01, G18)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    access: [hidesValue(CN, 'uid', 'bob')],
    changes: [
      rename(dn('gus'), `cn=gus,${PEOPLE}`),
      replace(`cn=gus,${PEOPLE}`, 'uid', ['bob']),
      rename(dn('hal'), `cn=hal,${PEOPLE}`),
      replace(`cn=hal,${PEOPLE}`, 'uid', ['bob']),
    ],
    expected: ALL,
  },
  {
    title: 'removes a member who gave the username up, with the second read (G01)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    changes: [replace(CN, 'uid', ['robert'])],
    after: 2,
    expected: OTHERS,
  },
  {
    title: 'removes a member whose username is hidden, and taken out of the group (G01)',
    groups: [DEVS, STAFF],
    before: BY_CN,
    access: [hidesValue(CN, 'uid', 'bob')],
    changes: [replace(gdn('devs'), 'memberUid', [])],
    after: 1,
    expected: OTHERS,
  },
];

play('a username that an access rule hides beside another one', scenes);
