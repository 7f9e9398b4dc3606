/**
 * What the next read depends on: when the first of the accounts in a read expires, because an expiry does not change the marker,
 * and when everything was read and how many people that were, because few mapped groups of many people are read alone.
 */
export const createExpiry = `
alter table directory_state
  add column expires_next timestamptz null,
  add column whole_at timestamptz null,
  add column people integer null,
  add column referenced integer null;
`;

export const dropExpiry = `
alter table directory_state
  drop column expires_next,
  drop column whole_at,
  drop column people,
  drop column referenced;
`;
