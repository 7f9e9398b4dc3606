/** What the console can do manually, at the terminal: groups, teams, people, access and explanations. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../../support/given/installation.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await openInstallation();
  expect((await installation.call('sync', 'corp', '--once')).code).toBe(0);
});
afterAll(() => installation[Symbol.asyncDispose]());

/** The answer of a command with --json. */
async function json(...args: string[]) {
  const { code, stdout, stderr } = await installation.call(...args, '--json');
  expect(stderr).toBe('');
  return { code, answer: JSON.parse(stdout) };
}

describe('rollcall groups', () => {
  it('creates a manual group, fills it, shows it and deletes it', async () => {
    expect(await installation.call('groups', 'create', 'platform/friends', '--type', 'owner')).toMatchObject({
      code: 0,
      stdout: 'created platform/friends: level owner\n',
    });
    await installation.call('groups', 'add-member', 'platform/friends', 'alice', 'bob');
    await installation.call('groups', 'remove-member', 'platform/friends', 'bob');
    const assigned = await installation.call('groups', 'assign', 'platform/friends', 'api');
    expect(assigned.stdout).toBe('platform/friends: 1 members; projects: api\n');
    const { answer } = await json('groups', 'show', 'platform/friends');
    expect(answer).toMatchObject({ managed: false, access: 'owner', projects: ['api'], state: 'manual' });
    expect(answer.memberList).toMatchObject([{ username: 'alice', actor: expect.stringMatching(/^cli:/) }]);
    await installation.call('groups', 'edit', 'platform/friends', '--name', 'pals', '--type', 'user');
    const text = await installation.call('groups', 'show', 'platform/pals');
    expect(text.stdout).toMatch(/^platform\/pals: level user on api\nmanual group\nMEMBER +NAME +SINCE/);
    expect((await installation.call('groups', 'unassign', 'platform/pals', 'api')).code).toBe(0);
    expect(await installation.call('groups', 'delete', 'platform/pals')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
    expect((await installation.call('groups', 'delete', 'platform/pals', '--yes')).code).toBe(0);
    expect(await installation.call('groups', 'show', 'platform/pals')).toMatchObject({ code: 2 });
  });

  it.each([
    [
      ['edit', 'platform/devs', '--name', 'mine'],
      /directory "corp" owns the name of "devs": rename it there/,
    ],
    [
      ['add-member', 'platform/devs', 'carol'],
      /directory "corp"\): change them in the directory, or release/,
    ],
    [['delete', 'platform/devs', '--yes'], /belongs to directory "corp": remove it there, or release/],
    [['create', 'platform/devs'], /already has a group "devs" managed by directory "corp"/],
    [['create', 'nowhere/x'], /there is no team "nowhere"/],
    [['create', 'platform/x', '--type', 'system'], /--type takes user or owner, not "system"/],
    [['create', `platform/${'é'.repeat(65)}`], /1 to 64 characters, not 65/],
    [['create', 'friends'], /takes the team and the name: TEAM\/NAME/],
    [['edit', 'platform/devs'], /takes --name, --type or both/],
    [['create', 'platform/x', '--team', 'other'], /"groups create" does not accept --team/],
    [['add-member', 'platform/all', 'nobody'], /directory "corp"/],
    [['assign', 'platform/devs', 'nothing'], /team "platform" has no project "nothing"/],
  ])('refuses %j and says what to do', async (args, message) => {
    const { code, stderr } = await installation.call('groups', ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('lists, filters and searches', async () => {
    const names = async (...flags: string[]) =>
      (await json('groups', ...flags)).answer.map((group: { name: string }) => group.name);
    expect(await names('--state', 'in_sync')).toEqual(['all', 'devs', 'ops']);
    expect(await names('--search', 'dev', '--team', 'platform')).toEqual(['devs']);
    expect(await names('--limit', '2')).toEqual(['all', 'devs']);
    expect((await installation.call('groups', '--limit', '1')).stdout).toMatch(
      /… more entries exist: raise --limit/,
    );
    expect((await installation.call('groups', '--search', 'nothing')).stdout).toMatch(/^No matching groups/);
    expect(await installation.call('groups', '--state', 'odd')).toMatchObject({ code: 2 });
  });
});

describe('rollcall teams, users and projects', () => {
  it('list all of them', async () => {
    expect((await json('teams')).answer).toMatchObject([{ slug: 'platform', projects: 1 }]);
    expect((await json('teams', 'show', 'platform')).answer).toMatchObject({
      members: [],
      projects: [{ slug: 'api' }],
    });
    expect((await installation.call('teams', 'show', 'platform')).stdout).toMatch(
      /Team members have access to all projects/,
    );
    const users = (await json('users', '--search', 'ali')).answer;
    expect(users.map((user: { username: string }) => user.username)).toEqual(['alice']);
  });

  it('report with the exit code whether a user has no access left (G85)', async () => {
    expect(await installation.call('users', 'access', 'alice')).toMatchObject({ code: 0 });
    const now = await installation.call('users', 'access', 'alice', '--at', 'now');
    expect(now).toMatchObject({ code: 0, stdout: expect.stringMatching(/^platform\/devs +corp +20/m) });
    const before = await installation.call('users', 'access', 'alice', '--at', '2020-01-01');
    expect(before).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^alice is in no group and no team/m),
    });
    const { code, answer } = await json('users', 'access', 'alice', '--at', 'now');
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      memberships: expect.arrayContaining([expect.objectContaining({ team: 'platform', group: 'devs' })]),
      projects: [{ project: 'api' }],
    });
    expect(await installation.call('users', 'access', 'alice', '--at', 'noon')).toMatchObject({ code: 2 });
    expect(await installation.call('users', 'access', 'ghost', '--at', 'now')).toMatchObject({ code: 2 });
  });

  it('list the access of a user and the users of a project, now and at a point in time', async () => {
    expect((await installation.call('users', 'access', 'alice')).stdout).toMatch(
      /^PROJECT +ACCESS +THROUGH\nplatform\/api +user +group all \(user\), group devs \(user\)$/m,
    );
    const { answer } = await json('projects', 'access', 'platform/api');
    expect(answer).toHaveLength(6);
    expect((await json('projects', 'access', 'platform/api', '--at', '2020-01-01T00:00:00Z')).answer).toEqual(
      [],
    );
    expect(await installation.call('projects', 'access', 'platform/api', '--at', 'noon')).toMatchObject({
      code: 2,
    });
  });
});

describe('rollcall explain', () => {
  it('exits with 0 and the reasons for a member, with --live also from the directory', async () => {
    const question = ['explain', 'alice', '--team', 'platform', '--group', 'devs', '--live'];
    const { code, stdout } = await installation.call(...question);
    expect(code).toBe(0);
    expect(stdout).toMatch(/in the directory now: cn=devs,.* contains uid=alice/);
    expect(stdout).toMatch(/Result: yes\.\n$/);
  });

  it('exits with 1 and says what is missing for a user who is not a member', async () => {
    const { code, answer } = await json('explain', 'carol', '--team', 'platform', '--group', 'devs');
    expect(code).toBe(1);
    expect(answer.missing[0]).toMatch(/is a member of "cn=devs/);
  });

  it('takes a group or a project, not both', async () => {
    expect(await installation.call('explain', 'alice', '--team', 'platform')).toMatchObject({ code: 2 });
    expect((await json('explain', 'alice', '--team', 'platform', '--project', 'api')).code).toBe(0);
  });
});
