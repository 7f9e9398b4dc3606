/**
 * `user_session`: the users who signed in at the OpenID provider. `id`: the SHA-256 hash of the secret in the cookie, so that a
 * reader of the table cannot act as a user.
 */
export const createSessions = `
create table user_session (
  id char(64) primary key,
  provider text not null,
  name text not null,
  groups text[] not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
`;

export const dropSessions = `
drop table user_session;
`;
