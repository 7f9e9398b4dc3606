/** A read is rejected if its connection is no longer authenticated at its end. */
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { type Fault, onExtended } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { BIND, serve } from '../../support/given/directory.ts';
import { failure, openSmallDirectory, SMALL_ENTRIES } from '../../support/given/small-directory.ts';

/** The first two "Who am I?" requests follow the binds. The third and fourth end the two connections. */
function whoAmI(nth: number, value: string): Fault {
  return onExtended({ nth }, () => [{ kind: 'done', code: 0, value }]);
}

describe('the identity at the end of a read', () => {
  it.each([
    ['anonymous', ''],
    ['anonymous, as some servers write it', 'dn:'],
    ['another identity', 'dn:cn=other,dc=test'],
  ])('a server that reports %s at the end is rejected, on either connection (F13)', async (_, value) => {
    for (const nth of [2, 3, 4]) {
      const error = await failure({}, whoAmI(nth, value));
      expect(error).toMatchObject({ code: 'interrupted', permanent: false });
      expect(error.message).toContain(
        `reported the identity "dn:${BIND.dn}" at the start of the read, and "${value}" now`,
      );
    }
  });

  it('a session that is anonymous from the start is rejected too (F13)', async () => {
    const anonymous = onExtended({}, () => [{ kind: 'done', code: 0, value: 'dn:' }]);
    expect(await failure({}, anonymous)).toMatchObject({ code: 'interrupted' });
  });

  it('the read of one group ends with the same check (F13)', async () => {
    await using fake = await openSmallDirectory({}, whoAmI(2, ''));
    await expect(readDirectory(fake.settings, { group: 'a' })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('a server that reports no identity is accepted', async () => {
    await using mute = await openSmallDirectory({}, onExtended({}, answerCode(2)));
    expect((await readDirectory(mute.settings)).groups).toHaveLength(3);
    await using plain = await serve(SMALL_ENTRIES, {}, { rootDse: { supportedExtension: [] } });
    expect((await readDirectory(plain.settings)).groups).toHaveLength(3);
    expect(plain.server.requests.map(({ op }) => op)).not.toContain('extended');
  });
});
