/**
 * Which rules names, DNs and usernames are compared by: those of name.ts, people-index.ts, dn/dn-key.ts and
 * directory/optional-uid.ts. Raise it whenever one of them gives another answer than before for anything, because then
 * somebody who was found may not be found any more, and the first read after the upgrade must not remove them (case
 * F95). A test notices when it was forgotten. 2: a UID part is read only in uniqueMember.
 */
export const NORMALISATION = '2';
