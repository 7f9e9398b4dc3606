/** The metrics have valid names and types, and no personal data. */
import { describe, expect, it } from 'vitest';
import { fixture, PERSONAL } from '../../../support/given/http/http-server.ts';
import { STATUS } from '../../../support/given/http/status-answers.ts';

async function scrape(overrides = {}): Promise<string[]> {
  const answer = await fixture(overrides).app.inject('/metrics');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  return answer.body.split('\n');
}

describe('GET /metrics', () => {
  it.each([
    'rollcall_status_available 1',
    'rollcall_build_info{version="1.2.3"} 1',
    'rollcall_uptime_seconds 42.5',
    'rollcall_health{level="bad"} 1',
    'rollcall_health{level="good"} 0',
    'rollcall_health_concerns{concern="failed"} 1',
    'rollcall_health_concerns{concern="no_worker"} 0',
    'rollcall_config_reloads_total{outcome="refused"} 1',
    'rollcall_config_loaded_timestamp_seconds 1772362800',
    'rollcall_processes{role="worker"} 1',
    'rollcall_processes{role="scheduler"} 0',
    'rollcall_last_success_timestamp_seconds{directory="corp"} 1772362800',
    'rollcall_last_success_timestamp_seconds{directory="new"} 0',
    'rollcall_last_success_age_seconds{directory="corp"} 3600',
    'rollcall_last_success_age_seconds{directory="new"} +Inf',
    'rollcall_last_run_status{directory="corp",state="failed"} 1',
    'rollcall_last_run_status{directory="corp",state="succeeded"} 0',
    'rollcall_last_run_status{directory="new",state="failed"} 0',
    'rollcall_last_run_duration_seconds{directory="corp"} 60',
    'rollcall_next_run_timestamp_seconds{directory="corp"} 1772367300',
    'rollcall_schedule_overdue_seconds{directory="corp"} 900',
    'rollcall_schedule_overdue_seconds{directory="new"} 0',
    'rollcall_consecutive_failures{directory="corp"} 3',
    'rollcall_freshness_seconds{directory="corp"} 2',
    'rollcall_freshness_seconds{directory="new"} +Inf',
    'rollcall_watch_state{directory="corp",mechanism="syncrepl"} 1',
    'rollcall_watch_state{directory="corp",mechanism="none"} 0',
    'rollcall_watch_state{directory="new",mechanism="none"} 1',
    'rollcall_hints_total{directory="corp"} 9',
    'rollcall_watch_reopened_total{directory="corp"} 2',
    'rollcall_hint_seconds_bucket{directory="corp",le="0.5"} 6',
    'rollcall_hint_seconds_bucket{directory="corp",le="+Inf"} 7',
    'rollcall_hint_seconds_sum{directory="corp"} 1.5',
    'rollcall_hint_seconds_count{directory="corp"} 7',
    'rollcall_change_lag_seconds_bucket{directory="corp",le="1"} 8',
    'rollcall_change_lag_seconds_bucket{directory="corp",le="+Inf"} 8',
    'rollcall_change_lag_seconds_sum{directory="corp"} 3.5',
    'rollcall_change_lag_seconds_count{directory="corp"} 8',
    'rollcall_groups{directory="corp",state="conflict"} 1',
    'rollcall_groups{directory="corp",state="out_of_scope"} 4',
    'rollcall_access_groups{directory="corp",state="in_sync"} 7',
    'rollcall_access_groups{directory="corp",state="waiting"} 1',
    'rollcall_frozen_groups{directory="corp"} 1',
    'rollcall_abandoned_groups{directory="old"} 3',
    'rollcall_runs_total{directory="corp",status="succeeded"} 4',
    'rollcall_runs_total{directory="corp",status="failed"} 0',
    'rollcall_membership_changes_total{directory="corp",action="add"} 9',
    'rollcall_membership_changes_total{directory="corp",action="remove"} 2',
    'rollcall_memberships{directory="corp"} 120',
    'rollcall_unresolved_members{directory="corp"} 6',
    'rollcall_shadow_groups{directory="corp"} 2',
    'rollcall_shadow_changes{directory="corp",action="add"} 3',
    'rollcall_shadow_changes{directory="corp",action="remove"} 1',
    'rollcall_doubts{directory="corp",kind="entry_absent"} 2',
    'rollcall_doubts{directory="corp",kind="ambiguous_user"} 1',
    'rollcall_doubts{directory="new",kind="entry_absent"} 0',
    'rollcall_oldest_doubt_age_seconds{directory="corp"} 10800',
    'rollcall_oldest_doubt_age_seconds{directory="new"} 0',
    'rollcall_held_runs{directory="corp"} 1',
    'rollcall_oldest_held_age_seconds{directory="corp"} 7200',
    'rollcall_oldest_held_age_seconds{directory="new"} 0',
    'rollcall_webhook_messages_waiting{webhook="pager"} 1',
    'rollcall_webhook_messages_given_up{webhook="pager"} 2',
    'rollcall_queue_available 1',
    'rollcall_queue_jobs{state="waiting"} 2',
  ])('contains %s', async line => {
    expect(await scrape()).toContain(line);
  });

  it('leaves out what a directory without a run does not have', async () => {
    const lines = await scrape();
    expect(lines.filter(line => line.startsWith('rollcall_last_run_duration_seconds{'))).toHaveLength(1);
    expect(lines.filter(line => line.startsWith('rollcall_next_run_timestamp_seconds{'))).toHaveLength(1);
  });

  it('names all metrics rollcall_*, with no person, DN or host in a label', async () => {
    const samples = (await scrape()).filter(line => line !== '' && !line.startsWith('#'));
    expect(samples.filter(line => !line.startsWith('rollcall_'))).toEqual([]);
    expect(PERSONAL.filter(word => samples.join().includes(word))).toEqual([]);
    const own = samples.filter(line => !/^rollcall_(nodejs|process)_/.test(line));
    const labels = own.flatMap(line => [...line.matchAll(/[{,](\w+)="/g)].map(match => match[1]));
    const known = [
      'version',
      'directory',
      'state',
      'webhook',
      'kind',
      'mechanism',
      'le',
      'level',
      'concern',
      'role',
      'outcome',
      'status',
      'action',
    ];
    expect(new Set(labels)).toEqual(new Set(known));
  });

  it('contains the metrics of the process', async () => {
    expect((await scrape()).some(line => /^rollcall_process_resident_memory_bytes \d+/.test(line))).toBe(
      true,
    );
  });

  it('gives each metric one HELP and one TYPE line', async () => {
    const types = (await scrape()).filter(line => line.startsWith('# TYPE ')).map(line => line.split(' ')[2]);
    expect(types.length).toBeGreaterThan(20);
    expect(new Set(types).size).toBe(types.length);
  });

  it('reports that the queue does not answer', async () => {
    const lines = await scrape({ status: async () => ({ ...STATUS, queue: undefined }) });
    expect(lines).toContain('rollcall_queue_available 0');
    expect(lines.filter(line => line.startsWith('rollcall_queue_jobs'))).toEqual([]);
  });

  it('works without PostgreSQL, and reports that', async () => {
    const status = async () => {
      throw new Error('db.internal is away');
    };
    const lines = await scrape({ status });
    expect(lines).toContain('rollcall_status_available 0');
    expect(lines.some(line => line.startsWith('rollcall_process_cpu_seconds_total'))).toBe(true);
    expect(lines.join()).not.toContain('db.internal');
  });

  it('shows the last status while PostgreSQL is unavailable, with growing ages (G83)', async () => {
    let isAway = false;
    let now = new Date('2026-03-01T12:00:00.000Z');
    const status = async () => {
      if (isAway) throw new Error('db.internal is away');
      return STATUS;
    };
    const { app } = fixture({ status, now: () => now });
    const seriesOf = (text: string) =>
      text
        .split('\n')
        .filter(line => line.startsWith('rollcall_') && line.includes('directory='))
        .map(line => line.replace(/ \S+$/, ''));
    const before = (await app.inject('/metrics')).body;
    isAway = true;
    now = new Date('2026-03-01T13:00:00.000Z');
    const after = (await app.inject('/metrics')).body;
    expect(seriesOf(after)).toEqual(seriesOf(before));
    expect(before).toContain('rollcall_last_success_age_seconds{directory="corp"} 3600');
    expect(after).toContain('rollcall_last_success_age_seconds{directory="corp"} 7200');
    expect(after).toContain('rollcall_status_available 0');
  });

  it('drops a directory that is no longer configured', async () => {
    let directories = STATUS.directories;
    const { app } = fixture({ status: async () => ({ ...STATUS, directories }) });
    expect((await app.inject('/metrics')).body).toContain('directory="new"');
    directories = directories.slice(0, 1);
    expect((await app.inject('/metrics')).body).not.toContain('directory="new"');
  });
});
