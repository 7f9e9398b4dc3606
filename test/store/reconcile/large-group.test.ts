/** A group with a very large number of members. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import {
  applyRun,
  change,
  creation,
  fingerprint,
  ids,
  outcomes,
  planOf,
  rowsOf,
  saveRun,
  seed,
} from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const EVERYBODY = 100_000;
const RECORDS_OF_RUNS = [
  'sync_run',
  'sync_run_id_seq',
  'sync_run_group',
  'run_total',
  'directory_state',
  'directory_group',
];

describe('a group of 100 000', () => {
  it('is one task and one statement; a repetition writes nothing (C29)', async () => {
    await using fresh = await freshDatabase();
    await seed(fresh.db, EVERYBODY);
    const members = Int32Array.from({ length: EVERYBODY }, (_, at) => at + 1);
    const saved = await saveRun(fresh.db, planOf([creation(1, members)]));
    expect(saved.batches).toEqual([0]);
    expect(await applyRun(fresh.db, saved)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: EVERYBODY } },
    });
    // Rows of one statement have the same transaction id and command id.
    const written = sql`
      select count(*)::int as rows, count(distinct concat(xmin, ' ', cmin))::int as statements
      from access_group_members`;
    expect(await rowsOf(fresh.db, written)).toEqual([{ rows: EVERYBODY, statements: 1 }]);
    expect(await rowsOf(fresh.db, sql`select count(*)::int as rows from membership_change`)).toEqual([
      { rows: EVERYBODY },
    ]);

    const before = await fingerprint(fresh.db, RECORDS_OF_RUNS);
    const again = change(1, { kind: 'update', accessGroupId: 1, desired: members, remove: ids() });
    const second = await saveRun(fresh.db, planOf([again]));
    expect(await applyRun(fresh.db, second)).toMatchObject({ status: 'succeeded' });
    expect(await outcomes(fresh.db, second.id)).toEqual({ group1: 'unchanged' });
    expect(await fingerprint(fresh.db, RECORDS_OF_RUNS)).toEqual(before);
  });
});
