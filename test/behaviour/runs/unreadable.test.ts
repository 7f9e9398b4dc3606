/** Groups that could not be read are visible in every output. */
import { describe, expect, it } from 'vitest';
import { describeRun } from '../../../src/cli/runs/describe-run.ts';
import { statusMetrics } from '../../../src/http/routes/service/status-metrics.ts';
import { noticesOf } from '../../../src/plan/report/alarm-messages.ts';
import { loadAlarmFacts } from '../../../src/store/status/alarm-facts.ts';
import { type Company, groupEntry, openCompany } from '../../support/given/company.ts';

const NAMES = Array.from({ length: 12 }, (_, at) => `g${String(at).padStart(2, '0')}`);

/** The members of all groups except the first two are hidden. */
async function doubtful(): Promise<Company> {
  const company = await openCompany({ groups: Object.fromEntries(NAMES.map(name => [name, ['alice']])) });
  await company.sync();
  for (const name of NAMES.slice(2)) {
    company.ldap.delete(groupEntry(name, []).dn);
    company.ldap.add(groupEntry(name, ['alice'], { entryUUID: ['00000000-0000-4000-8000-00000000ffff'] }));
  }
  return company;
}

describe('groups that could not be read', () => {
  it('are counted and the first named in the status, the line of sync, a metric and the webhook (G34)', async () => {
    await using company = await doubtful();
    const run = await company.sync();
    expect(run.counts.plan?.unknown).toBe(10);
    expect(describeRun(run)).toContain('10 groups could not be read');
    const status = await company.status();
    expect(status).toMatchObject({ unreadable: 10, problems: { total: 10 } });
    expect(status.problems.first[0]).toMatchObject({ group: 'g02', reason: 'duplicate_id' });
    const shown = { ...status, nextRunAt: undefined, overdueSince: undefined, freshUntil: undefined };
    const whole = {
      version: '1',
      uptimeSeconds: 1,
      roles: [],
      reloads: { applied: 0, refused: 0, loadedAt: new Date() },
      health: { level: 'good', text: '', since: undefined, concerns: [] } as const,
      processes: [],
      abandoned: [],
      webhooks: [],
      writable: true,
      obstacle: undefined,
      queue: undefined,
    };
    expect(await statusMetrics({ ...whole, directories: [shown] }, new Date())).toMatch(
      /^rollcall_unreadable_groups\{directory="[^"]+"\} 10$/m,
    );
    const standing = await loadAlarmFacts(company.db.orm.em.fork(), company.settings.name);
    const step = { kind: 'failed', change: 'begin', since: new Date() } as const;
    const webhook = { name: 'ops', url: 'http://x', secret: 'x', events: ['failed'] } as const;
    const [notice] = noticesOf(standing, step, { webhooks: [webhook], publicUrl: undefined });
    expect(JSON.parse(notice?.body ?? '')).toMatchObject({
      data: {
        summary: '10 groups could not be read; the others are up to date.',
        counts: { unreadableGroups: 10 },
      },
    });
  });

  it('are no longer counted once they can be read, and stay counted while nothing is read (G34)', async () => {
    await using company = await doubtful();
    await company.sync();
    expect((await company.status()).unreadable).toBe(10);
    for (const [at, name] of NAMES.entries()) {
      company.ldap.delete(groupEntry(name, []).dn);
      company.ldap.add(
        groupEntry(name, ['alice'], {
          entryUUID: [`00000000-0000-4000-8000-${String(1001 + at).padStart(12, '0')}`],
        }),
      );
    }
    await company.sync();
    expect(await company.status()).toMatchObject({ unreadable: 0, problems: { total: 0 } });
  });
});
