/** compose.yaml brings up a working installation, which syncs, is unprivileged and survives an outage of Redis. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Composed, composeUp, docker } from './compose.ts';

const megabyte = 1_000_000;
const PATIENCE = { timeout: 90_000, interval: 200 };
const BOOK_CLUB = ['clara', 'kwame', 'Quentin', 'sofia', 'wren'];
const membersOf = (group: string) => `
  select username from access_group_members m join auth_user u on u.id = m.user_id
  join access_group g on g.id = m.access_group_id where g.managed and g.name = '${group}' order by lower(username)`;

describe('compose.yaml, with the image of the Dockerfile', () => {
  let system: Composed;
  beforeAll(async () => {
    system = await composeUp();
  });
  afterAll(() => system?.[Symbol.asyncDispose]());

  /** Requests a run and returns it. */
  async function sync(): Promise<() => Promise<unknown>> {
    const body = JSON.stringify({ directory: 'halyard' });
    const accepted = await system.api('/api/runs', { method: 'POST', body });
    expect(accepted.status).toBe(202);
    const location = accepted.headers.get('location') ?? '';
    return async () => (await system.api(location)).json();
  }
  async function members(group: string): Promise<string[]> {
    const psql = ['exec', '-T', 'postgres', 'psql', '-U', 'rollcall', '-At', '-c'];
    return (await system.compose(...psql, membersOf(group))).split('\n');
  }
  const readiness = async () => (await fetch(`${system.url}/readyz`)).status;
  /** Kills everything without warning and starts it again. */
  const pull = (service: string) => system.compose('kill', service);
  const putBack = (service: string) =>
    system.compose('up', '--detach', '--wait', '--no-deps', '--no-recreate', service);

  it('is ready', async () => {
    const answer = await fetch(`${system.url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ready' });
  });

  it('syncs the sample organisation from OpenLDAP', async () => {
    const run = await sync();
    await expect.poll(run, PATIENCE).toMatchObject({
      status: 'succeeded',
      counts: { read: { users: 60, groups: 21 }, applied: { groups: 21, failed: 0 } },
    });
    expect(await members('book-club')).toEqual(BOOK_CLUB);
  });

  it('serves the console with everything that its page loads', async () => {
    const page = await fetch(`${system.url}/`);
    expect(page.status).toBe(200);
    const paths = [...(await page.text()).matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    const answers = await Promise.all(paths.map(path => fetch(`${system.url}${path}`)));
    expect(answers.filter(({ status }) => status !== 200).map(({ url }) => url)).toEqual([]);
    expect(paths).toHaveLength(3);
  });

  it('shows the queues to an admin', async () => {
    expect((await fetch(`${system.url}/queues`)).status).toBe(401);
    const page = await system.api('/queues');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Rollcall queues');
    expect(await (await system.api('/queues/api/queues')).json()).toMatchObject({
      queues: [{ name: 'runs' }, { name: 'batches' }, { name: 'notices' }],
    });
  });

  it('has nothing left to do afterwards, according to a command in its own container', async () => {
    const plan = await system.compose('run', '--rm', '-T', '--no-deps', 'rollcall', 'plan');
    expect(plan).toContain('21 unchanged');
  });

  it('runs as an unprivileged user with a read-only root file system', async () => {
    expect(await system.inspect('rollcall', '{{.Config.User}}')).toBe('10001:10001');
    expect(await system.inspect('rollcall', '{{.HostConfig.ReadonlyRootfs}}')).toBe('true');
    const write = ['exec', '-T', 'rollcall', 'node', '-e', 'fs.writeFileSync("/app/written", "")'];
    await expect(system.compose(...write)).rejects.toThrow(/EROFS/);
    await expect(system.compose('exec', '-T', 'rollcall', 'sh', '-c', 'true')).rejects.toThrow();
  });

  it('is small', async () => {
    const size = Number(await docker('image', 'inspect', '--format', '{{.Size}}', 'rollcall'));
    console.log(`the image has ${Math.round(size / megabyte)} MB`);
    expect(size).toBeLessThan(150 * megabyte);
  });

  it('has labels, and a health check that starts no Node', async () => {
    const { Config } = JSON.parse(await docker('image', 'inspect', '--format', '{{json .}}', 'rollcall'));
    expect(Config.Labels).toMatchObject({ 'org.opencontainers.image.title': 'Rollcall' });
    expect(Config.Healthcheck.Test).toEqual([
      'CMD',
      'wget',
      '-q',
      '-O',
      '/dev/null',
      expect.stringMatching(/readyz$/),
    ]);
    const probe = Config.Healthcheck.Test.slice(1);
    await system.compose('exec', '-T', 'rollcall', ...probe);
    const nowhere = [...probe.slice(0, -1), 'http://127.0.0.1:8080/nowhere'];
    await expect(system.compose('exec', '-T', 'rollcall', ...nowhere)).rejects.toThrow(/404/);
  });

  it('continues after an outage of Redis: runs that were requested in the meantime are done', async () => {
    await pull('redis');
    await expect.poll(readiness, PATIENCE).toBe(503);
    const run = await sync();
    await putBack('redis');
    await expect.poll(run, PATIENCE).toMatchObject({ status: 'succeeded' });
    await expect.poll(readiness, PATIENCE).toBe(200);
  });

  it('continues after an outage of PostgreSQL', async () => {
    await pull('postgres');
    await expect.poll(readiness, PATIENCE).toBe(503);
    await putBack('postgres');
    await expect.poll(readiness, PATIENCE).toBe(200);
    await expect.poll(await sync(), PATIENCE).toMatchObject({ status: 'succeeded' });
  });

  it('continues after an outage of the directory: that run fails and changes nothing, the next one succeeds', async () => {
    await pull('openldap');
    await expect.poll(await sync(), PATIENCE).toMatchObject({ status: 'failed' });
    await putBack('openldap');
    await expect.poll(await sync(), PATIENCE).toMatchObject({ status: 'succeeded' });
  });

  it('continues after a kill, and ends with the correct members', async () => {
    await pull('rollcall');
    await putBack('rollcall');
    await expect.poll(await sync(), PATIENCE).toMatchObject({ status: 'succeeded' });
    expect(await members('book-club')).toEqual(BOOK_CLUB);
  });

  it('stops gracefully', async () => {
    await system.compose('stop', '--timeout', '20', 'rollcall');
    expect(await system.inspect('rollcall', '{{.State.ExitCode}}')).toBe('0');
  });
});
