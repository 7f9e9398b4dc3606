/**
 * The version of the rules that compare names, DNs and usernames: mapping/group-name.ts, plan/people/match-index.ts,
 * text/dn-key.ts and directory/entry/unique-member.ts. Raise it whenever one of them gives a different result for any input.
 * A user who matched before may then match no longer, and the first read after the upgrade must not remove that user (case
 * F95). A test fails if the version was not raised. 2: a UID part is read only in uniqueMember.
 */
export const NORMALISATION = '2';
