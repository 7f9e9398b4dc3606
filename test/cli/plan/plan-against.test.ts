/** rollcall plan --against: what a proposed configuration would change, on a real OpenLDAP and PostgreSQL. */
import { describe, expect, it } from 'vitest';
import { callCommand, type Installation, openInstallation } from '../../support/given/installation.ts';

const LIMIT = { percent: 70, count: 25 };
/** Lets the removals of these tests pass. */
const guard = { memberRemovals: LIMIT, groupMemberRemovals: LIMIT, groupRemovals: LIMIT };
const MAPPING = { team: 'platform', name: '{cn}', projects: ['api'] };

async function against(place: Installation, directory: object, ...flags: string[]) {
  const config = await place.writeConfig({ directory });
  const { code, stdout, stderr } = await place.call(
    'plan',
    '--config',
    config,
    '--against',
    'running',
    ...flags,
  );
  expect(stderr).toBe('');
  return { code, stdout };
}

async function groupsOf(place: Installation): Promise<unknown> {
  return JSON.parse((await place.call('groups', '--json')).stdout);
}

describe('rollcall plan --against', () => {
  it('names who comes, who goes, which groups move and what the guard would hold, and writes nothing (G93)', async () => {
    await using place = await openInstallation();
    const early = await place.call('plan', '--against', 'running');
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('give a file to --against') });
    await place.call('sync', '--once');
    const before = await groupsOf(place);

    expect(await against(place, {})).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no difference'),
    });

    const narrow = {
      users: { baseDn: 'ou=people,dc=test', filter: '(&(objectClass=inetOrgPerson)(!(uid=bob)))' },
      guard,
    };
    const narrowed = await against(place, narrow);
    expect(narrowed.code).toBe(1);
    expect(narrowed.stdout).toContain('the directory did not change meanwhile');
    expect(narrowed.stdout).toContain(
      '- removes bob from platform/devs, left_scope: the entry exists, but is no longer within the configured users',
    );
    expect(narrowed.stdout).toContain('members: 0 added, 2 removed, 0 kept, 0 not added; people: 1');

    const renamed = await against(place, { mappings: [{ ...MAPPING, name: 'ldap-{cn}' }] });
    expect(renamed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('read once for both configurations'),
    });
    expect(renamed.stdout).toContain('~ group platform/ldap-devs, instead of platform/devs');

    const none = {
      users: { baseDn: 'ou=people,dc=test', filter: '(&(objectClass=inetOrgPerson)(uid=carol))' },
    };
    const held = await against(place, none);
    expect(held.code).toBe(3);
    expect(held.stdout).toMatch(/- removes eve from platform\/all, left_scope: .*, held: /);

    const devs = await against(
      place,
      { groups: { baseDn: 'ou=groups,dc=test', exclude: ['devs'] }, guard },
      '--json',
    );
    expect(devs.code).toBe(1);
    expect(JSON.parse(devs.stdout)).toMatchObject([
      {
        directory: 'corp',
        read: 'once',
        differs: true,
        guardHolds: false,
        groups: [{ proposed: { name: 'devs', reason: 'filtered_out' } }],
        members: [
          { change: 'removed', name: 'devs', username: 'alice', reason: 'filtered_out', read: 2 },
          { change: 'removed', name: 'devs', username: 'bob', reason: 'filtered_out', read: 2 },
        ],
      },
    ]);
    expect(await groupsOf(place)).toEqual(before);
    expect(JSON.parse((await place.call('runs', '--json')).stdout)).toHaveLength(1);

    const file = await place.call('plan', '--against', await place.writeConfig({ directory: narrow }));
    expect(file.code).toBe(1);
    expect(file.stdout).toContain('= keeps bob in platform/devs, member:');
    const other = await against(place, { name: 'other' });
    expect(other.stdout).toContain('corp:\n  no longer configured: no run changes its groups');
  }, 120_000);

  it.each([
    ['--group', 'devs'],
    ['--user', 'bob'],
  ])('refuses %s', async (...limit) => {
    const { code, stderr } = await callCommand({}, 'plan', 'corp', '--against', 'running', ...limit);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('compares whole directories'),
    });
  });
});
