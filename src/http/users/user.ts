/** The rules for users of a trusted proxy and of an OpenID provider: which names are valid, and which role groups give. */
import type { RoleGroups, TokenSettings } from '../../model/sign-in/settings.ts';
import type { Caller } from '../protocol/auth.ts';

/** The length of the columns for the names of callers. */
const MAX_NAME = 150;

/**
 * What is wrong with the name of a user. Users with the name of a token are refused, because the audit could not distinguish
 * them.
 */
export function mistakeOf(name: string, tokens: readonly Pick<TokenSettings, 'name'>[]): string | undefined {
  // Apache sends "(null)" for a variable without a value.
  if (name.trim() === '' || name === '(null)') return 'is empty';
  if (name.length > MAX_NAME) return `has more than ${MAX_NAME} characters`;
  // A server between the client and Rollcall may join repeated headers with a comma (RFC 9110, 5.3).
  if (name.includes(',')) return 'contains a comma';
  if (tokens.some(token => token.name.toLowerCase() === name.toLowerCase())) return 'has the name of a token';
  // Commands of the CLI are recorded as cli:NAME.
  return name.toLowerCase().startsWith('cli:') ? 'begins with "cli:"' : undefined;
}

/** The highest role of the groups. undefined: none has a role. */
export function roleOf(groups: readonly string[], roles: RoleGroups): Caller['role'] | undefined {
  if (roles.admin.some(group => groups.includes(group))) return 'admin';
  return roles.viewer.some(group => groups.includes(group)) ? 'viewer' : undefined;
}
