import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/run.ts';
import type { Role } from '../../../src/model/settings.ts';
import type { ServiceProcess } from '../../../src/model/status/health.ts';
import type { DirectoryStatus } from '../../../src/model/status/status.ts';
import { type HealthFacts, healthOf } from '../../../src/plan/report/health.ts';
import { CORP, NOW, RUN } from '../../support/given/http/status-answers.ts';

const MINUTE = 60_000;
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE);
const SUCCEEDED: Run = { ...RUN, status: 'succeeded', counts: {} };

/** A directory that is in sync. */
function directory(more: Partial<DirectoryStatus> = {}): DirectoryStatus {
  return {
    ...CORP,
    lastRun: SUCCEEDED,
    overdueSince: undefined,
    consecutiveFailures: 0,
    groups: { ...CORP.groups, conflict: 0 },
    doubts: { ...CORP.doubts, total: 0, undecided: 0, oldestSince: undefined },
    held: [],
    heldRuns: 0,
    ...more,
  };
}

function running(roles: readonly Role[], state: ServiceProcess['state'] = 'alive'): ServiceProcess {
  const [startedAt, seenAt] = [minutesAgo(60), minutesAgo(1)];
  const configuration = { loadedAt: startedAt, configDigest: undefined, lastReload: undefined };
  return { name: 'a:1', roles, version: '1', startedAt, seenAt, state, ...configuration };
}

const ALL = running(['scheduler', 'worker', 'http']);

function health(more: Partial<DirectoryStatus> = {}, facts: Partial<HealthFacts> = {}) {
  return healthOf(
    {
      directories: [directory(more)],
      abandoned: [],
      webhooks: [],
      processes: [ALL],
      obstacle: undefined,
      queueAnswers: true,
      ...facts,
    },
    NOW,
  );
}

const QUEUED: Run = { ...RUN, status: 'queued', queuedAt: minutesAgo(2) };
const HELD = { run: 41, digest: 'a'.repeat(64), since: minutesAgo(120), groups: 3, removals: 1234 };
const UNFOLLOWED = { ...CORP.watch, mechanism: undefined, problem: 'refused', changedAt: undefined };
const WATCH = {
  ...UNFOLLOWED,
  lag: { changes: 0, seconds: 0, within: [], p99: undefined },
  reported: 0,
  reopened: 0,
  changes: 0,
  seconds: 0,
  within: [],
  server: undefined,
};

describe('healthOf', () => {
  it('is good if nothing needs an operator, as of the oldest state of a directory', () => {
    const older = directory({ name: 'old', currentAt: minutesAgo(5) });
    expect(health({}, { directories: [directory(), older] })).toEqual({
      level: 'good',
      text: 'In sync',
      since: minutesAgo(5),
      concerns: [],
    });
  });

  it.each<[string, Partial<DirectoryStatus>, Partial<HealthFacts>, string, string]>([
    [
      'a full disk',
      {},
      { obstacle: 'disk_full' },
      'disk_full',
      'The disk of PostgreSQL is full: nothing is synced',
    ],
    ['no queue', {}, { queueAnswers: false }, 'no_queue', 'The queue does not answer: no run starts'],
    [
      'no worker',
      {},
      { processes: [running(['http', 'scheduler'])] },
      'no_worker',
      'No worker is alive: no run starts',
    ],
    [
      'no scheduler',
      {},
      { processes: [running(['http', 'worker'])] },
      'no_scheduler',
      'No scheduler is alive: no scheduled run starts',
    ],
    [
      'a late schedule',
      { overdueSince: minutesAgo(9) },
      {},
      'overdue',
      'The scheduled run of corp has not started',
    ],
    ['failed runs', { consecutiveFailures: 3 }, {}, 'failed', 'The last 3 runs of corp failed'],
    ['a failed run', { consecutiveFailures: 1 }, {}, 'failed', 'The last run of corp failed'],
    [
      'an old state',
      { freshUntil: minutesAgo(1) },
      {},
      'stale',
      'The groups of corp are older than freshness allows',
    ],
  ])('is bad with %s', (_what, more, facts, code, text) => {
    const { level, concerns, ...answer } = health(more, facts);
    expect(level).toBe('bad');
    expect(answer.text).toBe(text);
    expect(concerns).toMatchObject([{ code, level: 'bad', text }]);
  });

  it.each<[string, Partial<DirectoryStatus>, Partial<HealthFacts>, string, string]>([
    ['held removals', { held: [HELD] }, {}, 'held', '1,234 removals in 3 groups of corp wait for a decision'],
    [
      'a held run without removals',
      { held: [{ ...HELD, removals: 0 }] },
      {},
      'held',
      'Run 41 of corp waits for a decision',
    ],
    [
      'an undecided doubt',
      { doubts: { ...CORP.doubts, undecided: 1 } },
      {},
      'doubt',
      '1 member of corp stays in doubt',
    ],
    [
      'a conflict',
      { groups: { ...CORP.groups, conflict: 2 } },
      {},
      'conflict',
      '2 groups of corp are in conflict',
    ],
    ['unreadable groups', { unreadable: 78 }, {}, 'partial', '78 groups of corp could not be read'],
    [
      'failed groups',
      { lastRun: { ...RUN, status: 'partial' } },
      {},
      'partial',
      '1 group of corp could not be written',
    ],
    [
      'a new directory',
      { currentAt: undefined, freshUntil: undefined },
      {},
      'never_read',
      'corp was never read',
    ],
    [
      'changes that are not followed',
      { watch: WATCH },
      {},
      'not_followed',
      'Changes of corp are not followed',
    ],
    [
      'people without usernames (G55)',
      { unnamed: 3 },
      {},
      'no_usernames',
      'No person of corp shows the attribute users.username: no new person becomes a member',
    ],
    [
      'an expired password',
      { passwordExpiresAt: minutesAgo(1) },
      {},
      'password',
      'The password of the bind account of corp has expired',
    ],
    [
      'a lost message',
      {},
      {
        webhooks: [
          { name: 'pager', waiting: 0, givenUp: 1, lastDeliveredAt: undefined, lastError: undefined },
        ],
      },
      'webhook',
      'Webhook pager has lost 1 message',
    ],
    [
      'an abandoned directory',
      {},
      { abandoned: [{ name: 'old', groups: 3, memberships: 9, lastSuccessAt: undefined }] },
      'abandoned',
      'old is not configured: 3 groups with 9 memberships are no longer synced',
    ],
  ])('needs attention with %s', (_what, more, facts, code, text) => {
    expect(health(more, facts)).toMatchObject({ level: 'attention', text, concerns: [{ code, text }] });
  });

  it('counts several concerns, and names the worst first', () => {
    const both = { held: [HELD], doubts: { ...CORP.doubts, undecided: 1 } };
    expect(health(both)).toMatchObject({ level: 'attention', text: '2 things need you', since: undefined });
    expect(health({ ...both, consecutiveFailures: 1 })).toMatchObject({
      level: 'bad',
      text: 'The last run of corp failed, and 2 more',
      concerns: [{ code: 'failed' }, { code: 'held' }, { code: 'doubt' }],
    });
  });

  it('says at once that a requested run has no worker, and since when there is none', () => {
    const processes = [running(['http', 'scheduler']), running(['worker'], 'silent')];
    expect(health({ lastRun: QUEUED }, { processes })).toMatchObject({
      text: 'No worker is alive: no run starts',
      since: minutesAgo(1),
    });
    expect(health({ lastRun: QUEUED }, { processes: [] }).concerns).toMatchObject([
      { code: 'no_worker', since: minutesAgo(2) },
    ]);
  });

  it('says since when no scheduler has started runs', () => {
    const processes = [running(['http', 'worker']), running(['scheduler'], 'stopped')];
    expect(health({ overdueSince: minutesAgo(4_320) }, { processes })).toMatchObject({
      text: 'No scheduler is alive: no scheduled run starts',
      since: minutesAgo(4_320),
    });
  });

  it('needs no service if rollcall sync runs on time', () => {
    expect(health({}, { processes: [] })).toMatchObject({ level: 'good' });
    expect(health({}, { processes: [running(['worker'], 'stopped')] })).toMatchObject({ level: 'good' });
    expect(health({ overdueSince: minutesAgo(2) }, { processes: [] })).toMatchObject({
      concerns: [{ code: 'no_scheduler' }],
    });
  });

  it('does not call processes dead while PostgreSQL accepts none of their reports', () => {
    const silent = running(['worker', 'scheduler', 'http'], 'silent');
    const { concerns } = health({ lastRun: QUEUED }, { processes: [silent], obstacle: 'read_only' });
    expect(concerns).toMatchObject([{ code: 'read_only' }]);
  });

  it('calls groups stale from the point in time at which freshness ends', () => {
    expect(health({ freshUntil: new Date(NOW.getTime() + 1) }).level).toBe('good');
    expect(health({ freshUntil: NOW }).level).toBe('bad');
  });
});
