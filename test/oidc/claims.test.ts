/** The user of a set of claims. */
import { describe, expect, it } from 'vitest';
import { isIncomplete, userOf } from '../../src/oidc/claims.ts';

const NAMES = { nameClaim: 'email', groupsClaim: 'groups' };

describe('the claims of a provider', () => {
  it.each([
    [{ groups: ['a', 7, null, 'b'] }, { name: undefined, groups: ['a', 'b'] }],
    [{ groups: 'a' }, { name: undefined, groups: ['a'] }],
    [{ groups: { admin: true } }, { name: undefined, groups: [] }],
    [{}, { name: undefined, groups: [], lack: 'absent' }],
    [{ _claim_names: { groups: 'src1' } }, { name: undefined, groups: [], lack: 'too many' }],
    [
      { email: 'ada@example.com', groups: [] },
      { name: 'ada@example.com', groups: [] },
    ],
    [
      { email: 'ada@example.com', email_verified: false, groups: [] },
      { name: undefined, groups: [] },
    ],
    [
      { email: ['ada@example.com'], groups: [] },
      { name: undefined, groups: [] },
    ],
  ])('%j describe a user', (claims, user) => {
    expect(userOf(claims, NAMES)).toEqual(user);
  });

  it('are completed by the userinfo endpoint if the name or the groups are absent', () => {
    expect(isIncomplete({ email: 'a' }, NAMES)).toBe(true);
    expect(isIncomplete({ groups: [] }, NAMES)).toBe(true);
    expect(isIncomplete({ email: 'a', groups: [] }, NAMES)).toBe(false);
  });
});
