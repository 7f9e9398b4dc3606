/** Indexes of users that are the same under every locale. */
import type { Core } from '../../core/names.ts';

/**
 * Indexes of usernames and addresses that fold only ASCII letters, so that they are the same under every locale. A
 * database with the locale C folds no others, and a Turkish one folds I to a dotless i.
 */
export function createLetterCase(core: Core): string {
  return core.users.isOurs ? `${indexes('collate "C"')}${UNUSUAL}` : '';
}

export function dropLetterCase(core: Core): string {
  return core.users.isOurs ? `drop index auth_user_unusual_index;${indexes('')}` : '';
}

/** Users with characters beyond ASCII, or with unusual white space: they are few, and a search by name reads all of them. */
const UNUSUAL = `
create index auth_user_unusual_index on auth_user (id)
where octet_length(username) <> char_length(username) or username ~ '^\\s|\\s$|\\s\\s|[\\t-\\r]'
  or octet_length(email) <> char_length(email) or email ~ '^\\s|\\s$|\\s\\s|[\\t-\\r]';
`;

function indexes(collation: string): string {
  return ['username', 'email']
    .map(
      column => `
drop index auth_user_${column}_index;
create index auth_user_${column}_index on auth_user (lower(${column} ${collation}));
`,
    )
    .join('');
}
