import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { type Fault, onExtended } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { BIND, scene } from '../../support/given/directory.ts';
import { failure, TOWN, town } from '../../support/given/directory-town.ts';

/** The first two Who am I follow the binds; the third and fourth end the two connections. */
function whoAmI(nth: number, value: string): Fault {
  return onExtended({ nth }, () => [{ kind: 'done', code: 0, value }]);
}

describe('who we are at the end', () => {
  it.each([
    ['nobody', ''],
    ['nobody, as some servers write it', 'dn:'],
    ['somebody else', 'dn:cn=other,dc=test'],
  ])('F13: a server that takes us for %s is not believed, on either connection', async (_, value) => {
    for (const nth of [2, 3, 4]) {
      const error = await failure({}, whoAmI(nth, value));
      expect(error).toMatchObject({ code: 'interrupted', permanent: false });
      expect(error.message).toContain(`took us for "dn:${BIND.dn}", and now for "${value}"`);
    }
  });

  it('F13: a session that was nobody from the start is not believed either', async () => {
    const anonymous = onExtended({}, () => [{ kind: 'done', code: 0, value: 'dn:' }]);
    expect(await failure({}, anonymous)).toMatchObject({ code: 'interrupted' });
  });

  it('F13: the read of one group ends with the same question', async () => {
    await using place = await town({}, whoAmI(2, ''));
    await expect(readDirectory(place.settings, { group: 'a' })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('a server that does not say who we are is believed', async () => {
    await using mute = await town({}, onExtended({}, answerCode(2)));
    expect((await readDirectory(mute.settings)).groups).toHaveLength(3);
    await using plain = await scene(TOWN, {}, { rootDse: { supportedExtension: [] } });
    expect((await readDirectory(plain.settings)).groups).toHaveLength(3);
    expect(plain.server.requests.map(({ op }) => op)).not.toContain('extended');
  });
});
