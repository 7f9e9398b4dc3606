import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordConfiguration } from '../../../src/store/status/configuration.ts';
import { endProcess, listProcesses, reportProcess } from '../../../src/store/status/processes.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

const worker = {
  id: '00000000-0000-4000-8000-000000000001',
  name: 'a:1',
  roles: ['worker'],
  version: '1',
} as const;
const web = {
  id: '00000000-0000-4000-8000-000000000002',
  name: 'b:1',
  roles: ['http'],
  version: '1',
} as const;

describe('reports of processes', () => {
  let fresh: FreshDatabase;
  const states = async () => (await listProcesses(fresh.db)).map(({ name, state }) => `${name} ${state}`);
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh[Symbol.asyncDispose]());

  it('show which processes are alive, which are silent and which were stopped', async () => {
    await reportProcess(fresh.db, worker);
    await reportProcess(fresh.db, web);
    const [first] = await listProcesses(fresh.db);
    expect(first).toMatchObject({ roles: ['worker'], version: '1', state: 'alive' });
    await rowsOf(
      fresh.db,
      sql`update service_process set seen_at = now() - interval '40 seconds' where name = 'a:1'`,
    );
    expect(await states()).toEqual(['b:1 alive', 'a:1 silent']);
    await reportProcess(fresh.db, worker);
    await endProcess(fresh.db, web);
    expect(await states()).toEqual(['a:1 alive', 'b:1 stopped']);
  });

  it('are forgotten after a day', async () => {
    await rowsOf(
      fresh.db,
      sql`update service_process set seen_at = now() - interval '25 hours' where name = 'b:1'`,
    );
    expect(await states()).toEqual(['a:1 alive']);
    await reportProcess(fresh.db, worker);
    expect(await rowsOf(fresh.db, sql`select name from service_process`)).toEqual([{ name: 'a:1' }]);
  });

  it('have the same digest of the configuration if they differ only in what may differ between processes', async () => {
    await reportProcess(fresh.db, worker);
    await reportProcess(fresh.db, web);
    const digests = async (config: object) => {
      await recordConfiguration(fresh.db, worker.id, { 'directories[corp].pageSize': 5, 'http.port': 1 });
      await recordConfiguration(fresh.db, web.id, { 'http.port': 2, ...config });
      return new Set((await listProcesses(fresh.db)).map(({ configDigest }) => configDigest)).size;
    };
    expect(await digests({ 'directories[corp].pageSize': 5 })).toBe(1);
    expect(await digests({ 'directories[corp].pageSize': 6 })).toBe(2);
    expect(await digests({})).toBe(2);
  });
});
