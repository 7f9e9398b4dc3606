/** The texts of alarms say what happened, since when, and where to look, and name no user. */
import { describe, expect, it } from 'vitest';
import type { NotifyEvent } from '../../../src/model/settings.ts';
import type { AlarmFacts, AlarmStep } from '../../../src/model/status/alarm.ts';
import { noticesOf } from '../../../src/plan/report/alarm-messages.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const SINCE = new Date('2026-02-27T12:00:00.000Z');

const STANDING: AlarmFacts = {
  directory: 'corp',
  now: NOW,
  applying: false,
  last: { id: 9, status: 'failed', errorCode: 'unreachable', failedGroups: 0 },
  consecutiveFailures: 3,
  held: { run: 8, digest: 'd8', runs: 1, groups: 2, removals: 40, reasons: ['member_removals'] },
  alarms: [],
  begunToday: { held: 0, failed: 0, doubt: 0, password: 0, stale: 0 },
  passwordExpiresAt: undefined,
  currentAt: SINCE,
  doubts: {
    total: 5,
    undecided: 3,
    oldestSince: SINCE,
    byKind: { ambiguous_user: 3, unreadable: 2 },
  },
};

const webhook = (name: string, events: readonly NotifyEvent[]) => ({
  name,
  url: 'https://x',
  secret: 's',
  events,
});
const ALL = webhook('all', ['held', 'failed', 'doubt', 'password', 'stale', 'recovered']);

function notice(step: Omit<AlarmStep, 'since'>, publicUrl?: string, standing = STANDING) {
  const [first] = noticesOf(standing, { ...step, since: SINCE }, { webhooks: [ALL], publicUrl });
  return JSON.parse(first?.body ?? 'null');
}

describe('noticesOf', () => {
  it('a failure: the run, its code, the number of failures in a row, and the link', () => {
    expect(notice({ kind: 'failed', change: 'begin' }, 'https://rollcall.example.com/')).toEqual({
      type: 'directory.failed',
      timestamp: NOW.toISOString(),
      data: {
        directory: 'corp',
        alarm: 'failed',
        since: SINCE.toISOString(),
        reminder: false,
        run: 9,
        summary: 'The last run failed, 3 in a row; it changed nothing.',
        status: 'failed',
        reasons: ['unreachable'],
        consecutiveFailures: 3,
        counts: { failedGroups: 0 },
        link: 'https://rollcall.example.com/#/runs/9',
      },
    });
  });

  it('doubts: how many, of which kinds, since when, and where to decide them; no user by name', () => {
    expect(notice({ kind: 'doubt', change: 'begin' }, 'https://rollcall.example.com/')).toEqual({
      type: 'directory.doubt',
      timestamp: NOW.toISOString(),
      data: {
        directory: 'corp',
        alarm: 'doubt',
        since: SINCE.toISOString(),
        reminder: false,
        run: 9,
        summary: `3 members have stayed in doubt without a decision, the oldest since ${SINCE.toISOString()}; an administrator must decide.`,
        reasons: ['ambiguous_user', 'unreadable'],
        counts: { doubts: 5, undecided: 3 },
        link: 'https://rollcall.example.com/#/doubts?directory=corp',
      },
    });
  });

  it('held removals: the run, how many, and why, as a reminder on a later day', () => {
    expect(notice({ kind: 'held', change: 'remind' })).toEqual({
      type: 'directory.held',
      timestamp: NOW.toISOString(),
      data: {
        directory: 'corp',
        alarm: 'held',
        since: SINCE.toISOString(),
        reminder: true,
        run: 8,
        summary: '40 removals in 2 groups are held; an administrator must decide.',
        reasons: ['member_removals'],
        counts: { runs: 1, groups: 2, removals: 40 },
      },
    });
  });

  it.each([
    ['groups_vanished', 'A read is not trusted; an administrator must decide.'],
    ['first_run', 'The first run waits for approval; an administrator must decide.'],
    ['group_removals', 'The retirement of 2 groups is held; an administrator must decide.'],
  ])('a held run without removals, because of %s, in words', (reason, summary) => {
    const held = { run: 8, digest: 'd8', runs: 1, groups: 2, removals: 0, reasons: [reason] };
    expect(notice({ kind: 'held', change: 'begin' }, undefined, { ...STANDING, held }).data).toMatchObject({
      summary,
      reasons: [reason],
    });
  });

  it('an end: of which alarm, and since when it lasted', () => {
    expect(notice({ kind: 'held', change: 'end' })).toMatchObject({
      type: 'directory.recovered',
      data: { alarm: 'held', since: SINCE.toISOString(), run: 9, reasons: [] },
    });
  });

  it.each([
    [['held', 'failed', 'recovered'], 'failed, recovered'],
    [['failed'], 'failed'],
    [['held', 'recovered'], ''],
    [['failed', 'recovered'], 'failed, recovered'],
    [['recovered'], 'recovered'],
  ] satisfies [NotifyEvent[], string][])(
    'a webhook with the events %o gets a failure and its end: %s',
    (events, expected) => {
      const settings = { webhooks: [webhook('x', events)], publicUrl: undefined };
      const types = (['begin', 'end'] as const)
        .flatMap(change => noticesOf(STANDING, { kind: 'failed', change, since: SINCE }, settings))
        .map(({ body }) => JSON.parse(body).type.replace('directory.', ''));
      expect(types.join(', ')).toBe(expected);
    },
  );
});
