/** When the first of the accounts that were read expires: no marker moves then. */
export const rememberExpiry = `
alter table directory_state add column expires_next timestamptz null;
`;

export const forgetExpiry = `
alter table directory_state drop column expires_next;
`;
