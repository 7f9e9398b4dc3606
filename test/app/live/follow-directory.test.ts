/** A process that follows a directory while its database fails. */
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { until } from '../../support/observe/until.ts';
import { follow } from './follow.ts';

function unhandled(): readonly unknown[] {
  const found: unknown[] = [];
  const note = (reason: unknown) => void found.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return found;
}

describe('a process that follows a directory', () => {
  it('goes on after it lost its lease while a run waited for the database', async () => {
    const failures = unhandled();
    await using company = await openCompany({ groups: { devs: ['alice'] }, settings: { live: 'auto' } });
    const { db } = company;
    const isTrue = async (question: ReturnType<typeof sql<{ yes: boolean }>>) =>
      (await rowsOf(db, question))[0]?.yes;
    const stopping = new AbortController();
    const followed = follow(company, stopping.signal, 4_000);
    await until('it is current', () =>
      isTrue(sql`select current_at is not null as yes from directory_watch`),
    );
    await db.orm.em.fork().transactional(async em => {
      await em.execute('lock table sync_run in access exclusive mode');
      company.ldap.modify(groupDn('devs'), { add: { member: [personDn('bob')] } });
      await rowsOf(db, sql`alter table directory_watch rename to away`);
      await until('the lease was not renewed', () =>
        isTrue(sql`select lease_until < now() - interval '2 seconds' as yes from away`),
      );
    });
    await rowsOf(db, sql`alter table away rename to directory_watch`);
    await until('bob is in', async () => (await company.members())['platform/devs']?.includes('bob'));
    stopping.abort();
    await followed;
    expect(failures).toEqual([]);
  });
});
