/** Each alarm is sent once, with daily reminders and one end, in any history. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alarm, AlarmFacts, AlarmKind } from '../../../src/model/status/alarm.ts';
import { alarmSteps } from '../../../src/plan/report/alarm-steps.ts';

const HOUR = 60 * 60 * 1_000;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR);
const GOOD = { id: 7, status: 'succeeded', errorCode: undefined, failedGroups: 0 } as const;
const FAILED = { ...GOOD, status: 'failed', errorCode: 'unreachable' } as const;
const NO_DOUBTS = { total: 0, undecided: 0, oldestSince: undefined, byKind: {} };
const NONE_BEGUN = { held: 0, failed: 0, doubt: 0, password: 0, stale: 0 };
const LIMITS = { doubtAlarmMs: 24 * HOUR, live: 'auto', liveAlarmMs: HOUR } as const;
/** Doubts of which the oldest without a decision has this age in hours. */
const doubted = (hours: number) => ({
  ...NO_DOUBTS,
  total: 2,
  undecided: 2,
  oldestSince: hoursAgo(hours),
});
const HELD = { run: 7, digest: 'd7', runs: 1, groups: 1, removals: 40, reasons: ['member_removals'] };

function standing(more: Partial<AlarmFacts> = {}): AlarmFacts {
  return {
    directory: 'corp',
    now: NOW,
    applying: false,
    last: GOOD,
    consecutiveFailures: 0,
    held: undefined,
    doubts: NO_DOUBTS,
    alarms: [],
    begunToday: NONE_BEGUN,
    passwordExpiresAt: undefined,
    currentAt: NOW,
    ...more,
  };
}

function alarm(kind: AlarmKind, since: number, notified = since): Alarm {
  return { kind, since: hoursAgo(since), notifiedAt: hoursAgo(notified) };
}

const steps = (more: Partial<AlarmFacts>) =>
  alarmSteps(standing(more), LIMITS).map(step => `${step.change} ${step.kind}`);

describe('alarmSteps', () => {
  it.each([
    ['a directory that is well', {}, []],
    ['a directory that never ran', { last: undefined }, []],
    ['a run that failed', { last: FAILED }, ['begin failed']],
    ['a run of which some groups failed', { last: { ...GOOD, status: 'partial' } }, ['begin failed']],
    ['removals that wait', { held: HELD, last: { ...GOOD, status: 'held' } }, ['begin held']],
    [
      'held removals together with failed groups',
      { held: HELD, last: { ...GOOD, status: 'held', failedGroups: 2 } },
      ['begin held', 'begin failed'],
    ],
    ['a failure that was notified', { last: FAILED, alarms: [alarm('failed', 5)] }, []],
    ['a failure that lasts a day', { last: FAILED, alarms: [alarm('failed', 24)] }, ['remind failed']],
    ['a failure of three days, reminded today', { last: FAILED, alarms: [alarm('failed', 72, 3)] }, []],
    ['what is well again', { alarms: [alarm('failed', 5), alarm('held', 50)] }, ['end held', 'end failed']],
    ['what may be well again, while a plan is applied', { alarms: [alarm('held', 5)], applying: true }, []],
    [
      'a new failure after others today',
      { last: FAILED, begunToday: { ...NONE_BEGUN, held: 9, failed: 3 } },
      ['begin failed'],
    ],
    ['a doubt that is younger than the configured age', { doubts: doubted(23) }, []],
    ['a doubt that is as old as configured', { doubts: doubted(24) }, ['begin doubt']],
    ['a password that expires (G48)', { passwordExpiresAt: new Date() }, ['begin password']],
    ['changes that are not followed', { currentAt: hoursAgo(1) }, ['begin stale']],
    ['changes that are followed again', { alarms: [alarm('stale', 3)] }, ['end stale']],
    ['a directory that was never read', { currentAt: undefined }, []],
    ['a password that was changed (G48)', { alarms: [alarm('password', 6)] }, ['end password']],
    ['a doubt that was notified', { doubts: doubted(30), alarms: [alarm('doubt', 6)] }, []],
    ['a doubt of two days', { doubts: doubted(48), alarms: [alarm('doubt', 24)] }, ['remind doubt']],
    ['doubts that all are decided', { doubts: { ...NO_DOUBTS, total: 2 } }, []],
    ['a doubt that was decided', { alarms: [alarm('doubt', 6)] }, ['end doubt']],
    [
      'a resolved doubt, with younger ones',
      { doubts: doubted(1), alarms: [alarm('doubt', 6)] },
      ['end doubt'],
    ],
    ['a failure that comes and goes', { last: FAILED, begunToday: { ...NONE_BEGUN, failed: 4 } }, []],
  ] satisfies [string, Partial<AlarmFacts>, string[]][])('%s: %o', (_, given, expected) => {
    expect(steps(given)).toEqual(expected);
  });

  it('contain the time of the start: now, or the earlier start', () => {
    expect(alarmSteps(standing({ last: FAILED }), LIMITS)).toMatchObject([{ since: NOW }]);
    expect(alarmSteps(standing({ alarms: [alarm('failed', 30, 2)] }), LIMITS)).toMatchObject([
      { since: hoursAgo(30) },
    ]);
  });

  it('sends one start, at most one reminder a day and one end for each alarm, and at most four starts a day, in any history', () => {
    const happenings = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 * HOUR }), fc.boolean()), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(happenings, steps => {
        const log = replay(steps);
        const begun = log.filter(({ change }) => change === 'begin').map(({ at }) => at);
        for (const [index, { change, at }] of log.entries()) {
          const before = log[index - 1];
          expect(before === undefined || before.change === 'end').toBe(change === 'begin');
          if (change === 'remind') expect(at - (before?.at ?? 0)).toBeGreaterThanOrEqual(24 * HOUR);
        }
        for (const at of begun)
          expect(begun.filter(other => other <= at && other > at - 24 * HOUR).length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

/** The alarm "failed" while a directory fails and recovers, checked at these intervals. */
function replay(happenings: readonly (readonly [number, boolean])[]): { change: string; at: number }[] {
  const log: { change: string; at: number }[] = [];
  const begun: number[] = [];
  let at = NOW.getTime();
  let open: Alarm | undefined;
  for (const [pause, bad] of happenings) {
    at += pause;
    const today = begun.filter(each => each > at - 24 * HOUR).length;
    const [step] = alarmSteps(
      standing({
        now: new Date(at),
        currentAt: new Date(at),
        last: bad ? FAILED : GOOD,
        alarms: open === undefined ? [] : [open],
        begunToday: { ...NONE_BEGUN, failed: today },
      }),
      LIMITS,
    );
    if (step === undefined) continue;
    log.push({ change: step.change, at });
    if (step.change === 'begin') begun.push(at);
    open =
      step.change === 'end' ? undefined : { kind: 'failed', since: step.since, notifiedAt: new Date(at) };
  }
  return log;
}
