/** What a service with `live: auto` costs while nothing changes, by the number of directories that it follows. */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { closeDatabase, type Database, openDatabase } from '../../src/store/database/database.ts';
import { query } from '../../src/store/database/sql.ts';
import { makeOrganisation } from '../organisation/generate/organisation.ts';
import { cpuMs } from './testbed/cpu.ts';
import { startJsonProcess } from './testbed/processes.ts';
import { freshDatabase, say, settingsOn, startTestbed, type Testbed } from './testbed/testbed.ts';

const COUNTS = [0, 1, 10];
const MEASURE_MS = 60_000;
/** What follows a start, such as the first searches and the compilation of code, is over after this time. */
const SETTLE_MS = 20_000;

export interface IdleFigures {
  /** Of a core, by the number of followed directories. */
  readonly idle: readonly { readonly directories: number; readonly share: number }[];
}

export async function measureIdle(): Promise<IdleFigures> {
  await using stack = new AsyncDisposableStack();
  const testbed = await startTestbed(makeOrganisation({ size: 'S' }), stack);
  const idle = [];
  for (const directories of COUNTS) {
    const share = await measureService(testbed, directories);
    say(`${directories} directories: ${(share * 100).toFixed(2)} % of a core`);
    idle.push({ directories, share });
  }
  return { idle };
}

async function measureService(testbed: Testbed, count: number): Promise<number> {
  const name = `idle_${count}`;
  const url = await freshDatabase(testbed, name);
  const db = await openDatabase({ url, poolSize: 1 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => closeDatabase(db));
  const settings = settingsOn(testbed, { url, prefix: name });
  const [corp] = settings.directories;
  if (corp === undefined) throw new Error('the organisation has no directory');
  const directories = Array.from({ length: Math.max(1, count) }, (_, index) => ({
    ...corp,
    name: `corp${index}`,
    schedule: '0 0 1 1 *',
    live: count === 0 ? ('off' as const) : ('auto' as const),
    // The others map nothing, because a group belongs to one directory.
    mappings: index === 0 ? corp.mappings : [],
  }));
  await using service = startJsonProcess('service.ts');
  service.send({ ...settings, directories });
  await service.receive();
  service.send('work');
  await followed(db, count);
  await delay(SETTLE_MS);
  const before = cpuMs(service.pid);
  await delay(MEASURE_MS);
  return (cpuMs(service.pid) - before) / MEASURE_MS;
}

/** Waits until so many directories are current. */
async function followed(db: Database, count: number): Promise<void> {
  for (;;) {
    const [row] = await query(
      db.orm.em.fork(),
      sql<{ count: number }>`select count(current_at)::int as count from directory_watch`,
    );
    if ((row?.count ?? 0) >= count) return;
    await delay(100);
  }
}
