/**
 * What the next read depends on. `expires_next`: when the first account of a read expires, because an expiry does not change the
 * marker. `whole_at`, `people`, `referenced`: when everything was read, how many people there were, and how many of them were in
 * mapped groups: if they were few, the next read begins with the mapped groups alone.
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
