/** A company whose group `devs` has the members alice, bob and carol. */
import { expect } from 'vitest';
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';
import { type Company, groupEntry, openCompany, personEntry } from '../../support/given/company.ts';
import { uuid } from '../../support/given/values.ts';

export const DEVS = ['alice', 'bob', 'carol'];
/** Other members, so that the guard allows single removals. */
export const STAFF = ['dora', 'erik', 'fay', 'gus', 'hal', 'ida'];
const OTHER = 'ou=other,ou=people,dc=test';

type Options = Parameters<typeof openCompany>[0];

/** The members of devs after that many complete reads. */
export async function after(company: Company, reads: number): Promise<string[] | undefined> {
  for (let read = 0; read < reads; read += 1) await company.sync();
  return (await company.members())['platform/devs'];
}

export async function opened(options: Options = {}): Promise<Company> {
  const groups = { devs: DEVS, staff: STAFF };
  const company = await openCompany({ people: [...DEVS, ...STAFF], groups, ...options });
  company.ldap.add({ dn: OTHER, attributes: { objectClass: ['organizationalUnit'] } });
  return company;
}

export async function synced(options: Options = {}): Promise<Company> {
  const company = await opened(options);
  expect(await after(company, 1)).toEqual(DEVS);
  return company;
}

/** The group devs names its members by username; the groups in `also` name theirs by DN. */
export async function posix(also: Record<string, string[]> = {}): Promise<Company> {
  const company = await opened({ groups: { staff: STAFF, ...also } });
  const objectClass = ['groupOfNames', 'posixGroup'];
  company.ldap.add(groupEntry('devs', [], { objectClass, memberUid: DEVS, entryUUID: [uuid(2001)] }));
  expect(await after(company, 1)).toEqual(DEVS);
  return company;
}

/** A second entry with that username, in another unit. */
export function twin(uid: string, n: number): LdifEntry {
  return { ...personEntry(uid, { entryUUID: [uuid(n)] }), dn: `uid=${uid},${OTHER}` };
}

export function movedDn(uid: string): string {
  return `uid=${uid},${OTHER}`;
}
