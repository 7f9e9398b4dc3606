/** The seals of an audit that was restored from another server. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { append } from '../../../src/store/audit/chain.ts';
import { type DigestRow, digestsByTransaction } from '../../../src/store/audit/digests.ts';
import { adoptAudit } from '../../../src/store/audit/other-server.ts';
import { NO_BORDERS } from '../../../src/store/audit/seal.ts';
import { verifyAudit } from '../../../src/store/audit/verify.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { query } from '../../../src/store/database/sql.ts';
import { anchorIn, breachesIn, sealAll, sealed, setMembers, tamper } from '../../support/given/audit.ts';
import { ids } from '../../support/given/saved-plan.ts';

const CHANGE = `update membership_change set actor = 'ines' where id = 3`;

describe('an audit from another server', () => {
  /** Sealed on a server whose transactions have larger numbers. */
  async function restored(
    ...statements: readonly string[]
  ): Promise<{ readonly db: Database } & AsyncDisposable> {
    const fresh = await sealed();
    const shift = ['membership_change', 'access_group_change'].map(
      table => `update ${table} set xact = (xact::text::bigint + 1000000)::text::xid8`,
    );
    await fresh.db.orm.em.fork().transactional(async em => {
      await tamper(em, ['delete from audit_seal', ...shift]);
      const digests = await query(em, sql<DigestRow>`${digestsByTransaction(sql`true`)} order by 1`);
      const seals = digests.map(({ xact, row_count: rows, digest }) => {
        return { kind: 'rows', xact, rows, digest, ...NO_BORDERS, intact: true } as const;
      });
      await append(em, seals);
      await tamper(em, statements);
    });
    return fresh;
  }

  it('agrees with its seals after migrate up has moved it with later rows, and can be sealed further', async () => {
    await using fresh = await restored();
    const anchor = await anchorIn(fresh.db.orm.em.fork());
    await setMembers(fresh.db, ids(4));
    await adoptAudit(fresh.db);
    await setMembers(fresh.db, ids(1));
    await sealAll(fresh.db);
    const { breaches } = await verifyAudit(fresh.db, [anchor]);
    expect(breaches).toEqual([]);
    await fresh.db.orm.em.fork().transactional(em => tamper(em, [CHANGE]));
    expect(await breachesIn(fresh.db.orm.em.fork())).toEqual(['kept']);
  });

  it('shows that it was changed before migrate up sealed it again', async () => {
    await using fresh = await restored(CHANGE);
    await adoptAudit(fresh.db);
    expect(await breachesIn(fresh.db.orm.em.fork())).toEqual(['replaced']);
  });
});
