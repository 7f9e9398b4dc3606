/** Kinds of value that take LDAP to judge. */
import type { Checks } from './checks.ts';
import { checked } from './values.ts';

/** A DN. Never empty: an empty base must not be taken for "no groups" or for the whole server. */
export function dn({ dnProblem }: Checks) {
  return checked('a DN such as ou=people,dc=example,dc=com', text => said('is not a DN', dnProblem(text)));
}

/** A search filter. */
export function filter({ filterProblem }: Checks) {
  return checked('an LDAP filter such as (objectClass=person)', text =>
    said('is not an LDAP filter', filterProblem(text)),
  );
}

function said(what: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${what}: ${problem}`;
}
