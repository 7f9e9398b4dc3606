/** When the first of the accounts in a read expires, because an expiry does not change the marker. */
export const createExpiry = `
alter table directory_state add column expires_next timestamptz null;
`;

export const dropExpiry = `
alter table directory_state drop column expires_next;
`;
