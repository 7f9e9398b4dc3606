/**
 * The version of the rules that compare names, DNs and usernames, and that say which accounts are disabled:
 * mapping/group-name.ts, plan/people/match-index.ts, text/dn-key.ts, directory/entry/unique-member.ts and
 * directory/entry/account.ts. Raise it whenever one of them gives a different result for any input.
 * A user who matched before may then match no longer, and the first read after the upgrade must not remove that user (case
 * F95). A test fails if the version was not raised. 2: a UID part is read only in uniqueMember. 3: more
 * attributes disable an account.
 */
export const NORMALISATION = '3';
