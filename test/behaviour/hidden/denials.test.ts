/**
 * A real OpenLDAP whose access rules hide values, in situations in which a removal seems to have another reason. In
 * each of them, the hidden value still makes the user a member.
 */
import { BASE, groupRecord, PEOPLE, personRecord, unitRecord } from '../../support/given/slapd-company.ts';
import { dn, gdn, hides, hidesValue, named, play, rename, replace, type Scene } from './scene.ts';

const STAFF = groupRecord(1009, 'staff', named('dora', 'erik', 'fay', 'gus', 'hal'));
const EXTERNAL = `ou=ext,${BASE}`;

/** A member has a new DN that the group names. The account may not read this value. */
const LEFT = `ou=left,${PEOPLE}`;
const MOVED = dn('bob', LEFT);
const moved = {
  records: [unitRecord(LEFT)],
  groups: [groupRecord(1001, 'devs', named('alice', 'bob', 'carol')), STAFF],
  changes: [rename(dn('bob'), MOVED), replace(gdn('devs'), 'member', [dn('alice'), MOVED, dn('carol')])],
  expected: ['alice', 'bob', 'carol'],
};

const scenes: Scene[] = [
  {
    ...moved,
    title: 'keeps a member whose value is hidden and has a new DN in a read of one group (G01)',
    access: [hidesValue(gdn('devs'), 'member', MOVED)],
    partial: true,
  },
  {
    ...moved,
    title: 'keeps a member whose value is hidden and has a new DN, and whose identity is hidden (G01, G02)',
    access: [hidesValue(gdn('devs'), 'member', MOVED), hides(MOVED, 'entryUUID')],
  },
  {
    title: 'keeps a member whose value is hidden while another value leads nowhere (G01)',
    records: [personRecord(77, 'zed')],
    groups: [groupRecord(1001, 'devs', named('alice', 'bob', 'carol', 'zed')), STAFF],
    access: [hidesValue(gdn('devs'), 'member', dn('bob'))],
    changes: [rename(dn('zed'), dn('zed2'))],
    expected: ['alice', 'bob', 'carol'],
  },
  {
    title: 'keeps a member whose value is hidden while an empty nested group has a new DN (G01)',
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'bob', 'carol'), `member: ${gdn('lab')}`]),
      groupRecord(1002, 'lab', []),
      STAFF,
    ],
    access: [hidesValue(gdn('devs'), 'member', dn('bob'))],
    changes: [rename(gdn('lab'), gdn('lab2'))],
    expected: ['alice', 'bob', 'carol'],
  },
  {
    title: 'keeps a member outside of the bases whose value is hidden (G01)',
    records: [
      `dn: ${EXTERNAL}\nobjectClass: organizationalUnit\nou: ext\n`,
      personRecord(55, 'bobo', EXTERNAL),
    ],
    locals: ['bobo'],
    users: { outside: 'lookup' },
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'carol', 'ghost'), `member: ${dn('bobo', EXTERNAL)}`]),
      STAFF,
    ],
    access: [hidesValue(gdn('devs'), 'member', dn('bobo', EXTERNAL))],
    reads: 3,
    expected: ['alice', 'bobo', 'carol'],
  },
  {
    title: 'removes a member whose only possible cause is a value that is not followed (G01)',
    settings: { nested: false },
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'bob', 'carol'), `member: ${gdn('club')}`]),
      groupRecord(1002, 'club', named('carol')),
      STAFF,
    ],
    changes: [
      replace(gdn('devs'), 'member', [dn('alice'), dn('carol'), gdn('club')]),
      replace(gdn('club'), 'member', [dn('carol'), dn('bob')]),
    ],
    after: 1,
    expected: ['alice', 'carol'],
  },
  {
    title: 'keeps a member whose username is hidden and has other letters in the entry (G01)',
    records: [personRecord(62, 'JSmith')],
    locals: ['jsmith'],
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'carol'), 'memberUid: jsmith', 'memberUid: hal']),
      STAFF,
    ],
    access: [hidesValue(gdn('devs'), 'memberUid', 'jsmith')],
    expected: ['alice', 'carol', 'hal', 'jsmith'],
  },
  {
    title: 'removes a member whose username has other letters in the entry (G01)',
    records: [personRecord(62, 'JSmith')],
    locals: ['jsmith'],
    groups: [
      groupRecord(1001, 'devs', [...named('alice', 'carol'), 'memberUid: jsmith', 'memberUid: hal']),
      STAFF,
    ],
    changes: [replace(gdn('devs'), 'memberUid', ['hal'])],
    after: 1,
    expected: ['alice', 'carol', 'hal'],
  },
  {
    title: 'removes a member who took the username of a colleague with a space behind it (G01)',
    groups: [groupRecord(1001, 'devs', ['memberUid: alice', 'memberUid: bob', 'memberUid: carol']), STAFF],
    before: [rename(dn('bob'), `cn=bob,${PEOPLE}`), replace(`cn=bob,${PEOPLE}`, 'uid', ['bob'])],
    changes: [
      replace(`cn=bob,${PEOPLE}`, 'uid', ['alice ']),
      replace(gdn('devs'), 'memberUid', ['alice', 'carol']),
    ],
    after: 1,
    expected: ['alice', 'carol'],
  },
];

play('a removal is asked to be denied', scenes);
