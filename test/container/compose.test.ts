import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Composed, composeUp, docker } from './compose.ts';

const megabyte = 1_000_000;
const bookClub = `
  select username from access_group_members m join auth_user u on u.id = m.user_id
  join access_group g on g.id = m.access_group_id where g.managed and g.name = 'book-club' order by lower(username)`;

describe('compose.yaml, with the image of the Dockerfile', () => {
  let system: Composed;
  beforeAll(async () => {
    system = await composeUp();
  });
  afterAll(() => system?.[Symbol.asyncDispose]());

  it('is ready', async () => {
    const answer = await fetch(`${system.url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ready' });
  });

  it('syncs the sample organisation from OpenLDAP', async () => {
    const headers = { authorization: `Bearer ${system.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ directory: 'halyard' });
    const accepted = await fetch(`${system.url}/api/runs`, { method: 'POST', headers, body });
    expect(accepted.status).toBe(202);
    const location = `${system.url}${accepted.headers.get('location')}`;
    const read = async () => (await fetch(location, { headers })).json();
    await expect.poll(read, { timeout: 60_000, interval: 200 }).toMatchObject({
      status: 'succeeded',
      counts: { read: { users: 60, groups: 21 }, applied: { groups: 21, failed: 0 } },
    });
    const psql = ['exec', '-T', 'postgres', 'psql', '-U', 'rollcall', '-At', '-c'];
    expect((await system.compose(...psql, bookClub)).split('\n')).toEqual([
      'clara',
      'kwame',
      'Quentin',
      'sofia',
      'wren',
    ]);
  });

  it('has nothing left to do afterwards, says a command in a container of its own', async () => {
    const plan = await system.compose('run', '--rm', '-T', '--no-deps', 'rollcall', 'plan');
    expect(plan).toContain('21 unchanged');
  });

  it('runs as a user without rights, on a root file system that it cannot write', async () => {
    expect(await system.inspect('rollcall', '{{.Config.User}}')).toBe('10001:10001');
    expect(await system.inspect('rollcall', '{{.HostConfig.ReadonlyRootfs}}')).toBe('true');
    const write = ['exec', '-T', 'rollcall', 'node', '-e', 'fs.writeFileSync("/app/written", "")'];
    await expect(system.compose(...write)).rejects.toThrow(/EROFS/);
    await expect(system.compose('exec', '-T', 'rollcall', 'sh', '-c', 'true')).rejects.toThrow();
  });

  it('is small', async () => {
    const size = Number(await docker('image', 'inspect', '--format', '{{.Size}}', 'rollcall'));
    console.log(`the image has ${Math.round(size / megabyte)} MB`);
    expect(size).toBeLessThan(200 * megabyte);
  });

  it('stops in order when it is asked to', async () => {
    await system.compose('stop', '--timeout', '20', 'rollcall');
    expect(await system.inspect('rollcall', '{{.State.ExitCode}}')).toBe('0');
  });
});
