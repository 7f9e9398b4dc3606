/** Validates LDAP syntax in the configuration. */

import { messageOf } from '../../errors.ts';
import { parseDn } from '../../text/dn-parser.ts';
import { parseFilter } from './filter-parser.ts';

/** The problem of a search filter (RFC 4515); undefined if it is valid. */
export function filterProblem(filter: string): string | undefined {
  return problemOf(() => parseFilter(filter));
}

/**
 * The problem of a distinguished name (RFC 4514); undefined if it is valid. The empty name of the root is not accepted.
 */
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
