/** Checks of what people write in the configuration, for which one has to know LDAP. */

import { messageOf } from '../../errors.ts';
import { parseDn } from '../../text/dn-parser.ts';
import { parseFilter } from './filter-parser.ts';

/** What is wrong with a search filter (RFC 4515), or undefined. */
export function filterProblem(filter: string): string | undefined {
  return problemOf(() => parseFilter(filter));
}

/** What is wrong with a distinguished name (RFC 4514), or undefined. The empty name of the root counts as wrong. */
export function dnProblem(dn: string): string | undefined {
  if (dn.trim() === '') return 'expected a distinguished name, such as ou=groups,dc=example,dc=com';
  return problemOf(() => parseDn(dn));
}

function problemOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return messageOf(error);
    throw error;
  }
}
