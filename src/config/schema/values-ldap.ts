/** Value types that need an LDAP parser: DNs and filters. */
import type { Checks } from './injected-checks.ts';
import { checked } from './values.ts';

/** A DN. Never empty, because an empty base DN would mean the whole server. */
export function dn({ dnProblem }: Checks) {
  return checked('a DN such as ou=people,dc=example,dc=com', text =>
    prefixed('is not a DN', dnProblem(text)),
  );
}

/** A search filter. */
export function filter({ filterProblem }: Checks) {
  return checked('an LDAP filter such as (objectClass=person)', text =>
    prefixed('is not an LDAP filter', filterProblem(text)),
  );
}

function prefixed(what: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${what}: ${problem}`;
}
