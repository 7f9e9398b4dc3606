/** rollcall sync --user: one person, in all groups. */
import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import { groupDn, personDn } from '../../support/given/company.ts';
import { callCommand, type Installation, openInstallation } from '../../support/given/installation.ts';

function removeFrom({ slapd }: Installation, group: string, uid: string): Promise<unknown> {
  const modification = new Attribute({ type: 'member', values: [personDn(uid)] });
  return asAdmin(slapd, client =>
    client.modify(groupDn(group), new Change({ operation: 'delete', modification })),
  );
}

describe('rollcall sync --user', () => {
  it('syncs one person, and the history says whom', async () => {
    await using place = await openInstallation();
    await place.call('sync', '--once');
    await removeFrom(place, 'devs', 'bob');
    expect(await place.call('plan', 'corp', '--user', 'bob')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('platform/devs'),
    });
    expect(await place.call('plan', 'corp', '--user', 'carol')).toMatchObject({ code: 0 });
    const { code, stdout } = await place.call('sync', 'corp', '--user', 'bob', '--once');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('+0 -1 members') });
    expect((await place.call('runs')).stdout).toMatch(/^2 .*only user bob;/m);
    expect((await place.call('runs', 'show', '2')).stdout).toContain('only user bob');
    expect(JSON.parse((await place.call('runs', 'show', '2', '--json')).stdout)).toMatchObject({
      user: 'bob',
    });
  });

  it('refuses a user whom neither the database nor the directory knows, and queues no run', async () => {
    await using place = await openInstallation();
    for (const args of [['sync', '--no-wait'], ['sync', '--once'], ['plan']]) {
      const [name = '', ...flags] = args;
      const { code, stderr } = await place.call(name, 'corp', '--user', 'nobody', ...flags);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('Give the DN of the entry'),
      });
    }
    expect(JSON.parse((await place.call('runs', '--json')).stdout)).toEqual([]);
  });

  it.each([
    [['sync', 'corp', '--user', 'bob', '--group', 'devs'], /either --group or --user/],
    [['plan', 'corp', '--user', 'bob', '--group', 'devs'], /either --group or --user/],
    [['sync', 'corp', '--user', 'bob', '--accept-older', '--reason', 'x'], /omit --group and --user/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await callCommand({}, ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
