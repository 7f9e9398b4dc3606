/**
 * Which rules names, DNs and usernames are compared by: those of mapping/group-name.ts, plan/people/match-index.ts,
 * text/dn-key.ts and directory/entry/unique-member.ts. Raise it whenever one of them gives another answer than before for
 * anything, because then somebody who was found may not be found any more, and the first read after the upgrade must not
 * remove them (case F95). A test notices when it was forgotten. 2: a UID part is read only in uniqueMember.
 */
export const NORMALISATION = '2';
