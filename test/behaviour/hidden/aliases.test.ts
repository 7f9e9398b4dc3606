/** An alias or a referral object at the DN that a member had: an entry is there, and it may lead to the member. */
import { asAdmin } from '../../../dev/servers/directory.ts';
import { groupRecord, PEOPLE, type SlapdCompany, unitRecord } from '../../support/given/slapd-company.ts';
import { dn, named, play, remove, type Scene } from './scene.ts';

const INNER = `ou=moved,${PEOPLE}`;
const add =
  (entry: string, objectClass: string, attributes: Record<string, string>) =>
  ({ slapd }: SlapdCompany) =>
    asAdmin(slapd, client =>
      client.add(entry, { objectClass: [objectClass, 'extensibleObject'], ...attributes }),
    );
const move = ({ slapd }: SlapdCompany) =>
  asAdmin(slapd, client => client.modifyDN(dn('bob'), dn('bob', INNER)));
const ALIAS = add(dn('bob'), 'alias', { uid: 'bob', aliasedObjectName: dn('bob', INNER) });
const REFERRAL = add(dn('bob'), 'referral', { uid: 'bob', ref: 'ldap://hr.example.org/uid=bob,dc=hr' });
const COMPANY = {
  groups: [
    groupRecord(1001, 'devs', named('alice', 'bob', 'carol')),
    groupRecord(1009, 'staff', named('dora', 'erik', 'fay', 'gus', 'hal')),
  ],
  records: [unitRecord(INNER)],
  expected: ['alice', 'bob', 'carol'],
};

const scenes: Scene[] = [
  { ...COMPANY, title: 'keeps a member who left an alias behind (G04)', changes: [move, ALIAS] },
  {
    ...COMPANY,
    title: 'keeps a member who was deleted and has an alias (G04)',
    changes: [remove(dn('bob')), ALIAS],
  },
  {
    ...COMPANY,
    title: 'keeps a member who left a referral to another DN behind (G04)',
    changes: [move, REFERRAL],
  },
];

play('an alias or a referral object at the former DN', scenes);
