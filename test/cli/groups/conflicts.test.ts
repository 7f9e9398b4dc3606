/** Groups with name conflicts and ambiguous people, by name in every output. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../../support/given/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const DNS = ['all', 'devs', 'ops'].map(cn => `cn=${cn},ou=groups,dc=test`);
const QUOTED = DNS.map(dn => `"${dn}"`).join(', ');

let installation: Installation;
let config: string;

beforeAll(async () => {
  installation = await openInstallation();
  config = await installation.writeConfig({ directory: { mappings: [{ team: 'platform', name: 'one' }] } });
});
afterAll(() => installation[Symbol.asyncDispose]());

describe('conflicts at a terminal', () => {
  it('plan has one line for a name that three groups request, with their DNs (G54)', async () => {
    const { stdout } = await installation.call('plan', '--config', config);
    const line = stdout.split('\n').filter(text => text.includes('conflict'));
    expect(line[0]).toContain('conflict platform/one, name_conflict_new');
    expect(line[0]?.endsWith(QUOTED)).toBe(true);
    const json = await installation.call('plan', '--json', '--config', config);
    expect(JSON.parse(json.stdout)[0].changes.map((change: { dn: string }) => change.dn)).toEqual(DNS);
  });

  it('runs show and groups --state conflict name them, too (G54)', async () => {
    await installation.call('sync', 'corp', '--once', '--config', config);
    const shown = await installation.call('runs', 'show', '1', '--config', config);
    expect(shown.stdout.split('\n').filter(text => text.includes('conflict platform/one'))).toEqual([
      expect.stringContaining(QUOTED),
    ]);
    const json = await installation.call('runs', 'show', '1', '--json', '--config', config);
    expect(JSON.parse(json.stdout).groups).toMatchObject(DNS.map(dn => ({ kind: 'conflict', dn })));

    const listed = await installation.call('groups', '--state', 'conflict', '--config', config);
    expect(listed.stdout).toMatch(/^GROUP +CONFLICT +DIRECTORY +MAPPING +DN/);
    for (const dn of DNS) expect(listed.stdout).toContain(dn);
    const some = await installation.call(
      'groups',
      '--state',
      'conflict',
      '--limit',
      '2',
      '--json',
      '--config',
      config,
    );
    expect(JSON.parse(some.stdout)).toEqual([
      { name: 'all', directory: 'corp', mapping: 'platform/one', reason: 'name_conflict_new', dn: DNS[0] },
      { name: 'devs', directory: 'corp', mapping: 'platform/one', reason: 'name_conflict_new', dn: DNS[1] },
    ]);
    const team = await installation.call(
      'groups',
      '--state',
      'conflict',
      '--team',
      'platform',
      '--config',
      config,
    );
    expect(team).toMatchObject({ code: 2, stderr: expect.stringContaining('--team') });
  });

  it('sync counts the unresolved members by reason (G55)', async () => {
    await rowsOf(installation.db, sql`delete from auth_user where username in ('alice', 'bob')`);
    const { stdout } = await installation.call('sync', 'corp', '--once');
    expect(stdout).toContain('4 members unresolved (4 no_local_user)');
    expect(stdout).not.toContain('warning');
  });

  it('sync warns when more than half of the members are unresolved (G55)', async () => {
    await rowsOf(installation.db, sql`delete from auth_user`);
    const { stdout } = await installation.call('sync', 'corp', '--once');
    expect(stdout).toMatch(
      /^corp: warning: 9 of 9 members match no local user \(9 no_local_user\): check users\.username/m,
    );
  });
});
