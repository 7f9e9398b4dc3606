/** The progress of a run has a stage, a rate and an estimate that its observations support. */
import { describe, expect, it } from 'vitest';
import type { Run, RunCounts } from '../../../src/model/run.ts';
import type { RunStatus } from '../../../src/model/run-status.ts';
import { addObservation, type Observation, progressOf } from '../../../src/plan/report/progress.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

const START = Date.parse('2026-03-01T12:00:00.000Z');

function run(status: RunStatus, counts: RunCounts): Run {
  return { ...RUN, group: undefined, status, counts, startedAt: new Date(START), finishedAt: undefined };
}

const at = (seconds: number) => new Date(START + seconds * 1_000);

function reading(seconds: number, entries: number, expectedEntries?: number): Observation {
  const read = { queries: 1, entries, users: 0, groups: 0, memberValues: 0, references: 0, bytes: 0 };
  return { run: run('reading', { read }), at: at(seconds), expectedEntries };
}

function applying(seconds: number, done: number): Observation {
  return { run: run('applying', { tasks: { total: 100, done } }), at: at(seconds), expectedEntries: 9 };
}

/** Observations in this order. */
function seen(...sightings: readonly Observation[]) {
  const { stage, rate, estimateSeconds } = progressOf(
    sightings.reduce<Observation[]>((all, next) => addObservation(all, next), []),
  );
  return { stage, rate, estimateSeconds };
}

describe('progressOf', () => {
  it.each([
    ['a read seen once: since its start', [reading(4, 2_000, 6_000)], 'reading', 500, 8],
    [
      'a read seen before: between the two',
      [reading(4, 2_000, 6_000), reading(6, 5_000, 6_000)],
      'reading',
      1_500,
      1,
    ],
    ['a first read, whose size is unknown', [reading(4, 2_000)], 'reading', 500, undefined],
    ['a read of more than the last time', [reading(4, 7_000, 6_000)], 'reading', 1_750, undefined],
    ['a read that has nothing yet', [reading(4, 0, 6_000)], 'reading', undefined, undefined],
    ['a plan seen once', [applying(9, 40)], 'applying', undefined, undefined],
    ['a plan seen before', [applying(9, 40), applying(11, 60)], 'applying', 10, 4],
    ['a plan without progress', [applying(9, 40), applying(11, 40)], 'applying', undefined, undefined],
    [
      'a plan after a read: the read says nothing about it',
      [reading(8, 9_000), applying(9, 40)],
      'applying',
      undefined,
      undefined,
    ],
    ['only the last ten seconds', [applying(0, 0), applying(20, 80), applying(22, 90)], 'applying', 5, 2],
    ['a clock that went back', [applying(9, 40), applying(8, 60)], 'applying', undefined, undefined],
  ] as const)('%s', (_, sightings, stage, rate, estimateSeconds) => {
    expect(seen(...sightings)).toEqual({ stage, rate, estimateSeconds });
  });

  it.each([
    ['queued', 'waiting'],
    ['planning', 'planning'],
    ['held', 'over'],
    ['failed', 'over'],
  ] as const)('calls %s %s', (status, stage) => {
    expect(seen({ run: run(status, {}), at: at(1), expectedEntries: 5 })).toEqual({
      stage,
      rate: undefined,
      estimateSeconds: undefined,
    });
  });
});
