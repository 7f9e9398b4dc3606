/** How commands draw the progress of a run, describe a run in one line, and print tables. */
import { describe, expect, it } from 'vitest';
import { describeRun } from '../../../src/cli/runs/describe-run.ts';
import { bar, describeProgress } from '../../../src/cli/runs/progress-bar.ts';
import { span, table } from '../../../src/cli/terminal/table.ts';
import type { Progress, Run } from '../../../src/model/run.ts';
import { snapshot } from '../../support/given/values.ts';

const READ = { ...snapshot([], []).counts, users: 10, groups: 2, queries: 3, entries: 12, bytes: 345_678 };

function run(more: Partial<Run>): Run {
  return {
    id: 7,
    directory: 'corp',
    trigger: 'manual',
    requestedBy: undefined,
    mode: 'apply',
    group: undefined,
    status: 'queued',
    counts: {},
    errorCode: undefined,
    errorMessage: undefined,
    approves: undefined,
    decision: undefined,
    queuedAt: new Date(0),
    startedAt: undefined,
    finishedAt: undefined,
    ...more,
  };
}

const at = (stage: Progress['stage'], more: Partial<Run>, pace: Partial<Progress> = {}): Progress => ({
  run: run(more),
  at: new Date(0),
  stage,
  rate: undefined,
  estimateSeconds: undefined,
  ...pace,
});

describe('progress', () => {
  it.each([
    [at('waiting', {}), 'waiting for a worker', undefined],
    [at('reading', {}), 'reading the directory', undefined],
    [
      at('reading', { counts: { read: READ } }, { rate: 500 }),
      'reading the directory: 10 people, 2 groups, 500 entries a second',
      undefined,
    ],
    [
      at('applying', { counts: { tasks: { total: 4, done: 3 } } }, { rate: 0.5, estimateSeconds: 2 }),
      'applying: 3 of 4 groups, 0.5 groups a second, about 2 s left',
      0.75,
    ],
    [at('applying', {}), 'applying: 0 of 0 groups', 1],
    [at('over', { status: 'succeeded' }), 'succeeded', 1],
  ])('of %o is shown in words, and as a share if the end is known', (given, text, share) => {
    expect(describeProgress(given)).toEqual({ text, share });
  });

  it('is a bar that is empty until the end is known', () => {
    expect(bar(undefined)).toBe(`[${' '.repeat(24)}]`);
    expect(bar(0.5)).toBe(`[${'█'.repeat(12)}${' '.repeat(12)}]  50 %`);
    expect(bar(1)).toBe(`[${'█'.repeat(24)}] 100 %`);
  });
});

describe('a run in one line', () => {
  it.each([
    [
      run({ status: 'failed', errorCode: 'busy', errorMessage: 'the server is busy' }),
      'busy: the server is busy',
    ],
    [run({ status: 'succeeded', counts: { unchanged: true } }), 'the directory did not change'],
    [
      run({
        status: 'partial',
        counts: { read: READ, applied: { groups: 2, added: 5, removed: 1, failed: 1 } },
      }),
      'read 10 people, 2 groups (3 queries, 12 entries, 346 kB); 2 groups changed, +5 -1 members; 1 groups failed',
    ],
    [
      run({ status: 'held', counts: { held: { groups: 1, removals: 40, reasons: ['too many'] } } }),
      '40 removals in 1 groups held',
    ],
  ])('%o', (given, line) => {
    expect(describeRun(given)).toBe(line);
  });
});

describe('a table', () => {
  it('is as wide as its widest cells, without trailing spaces', () => {
    expect(
      table(
        ['A', 'NAME', 'Z'],
        [
          ['1', 'Zoë', ''],
          ['22', 'b', 'end'],
        ],
      ),
    ).toEqual(['A   NAME  Z', '1   Zoë', '22  b     end']);
  });

  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [89_000, '89 s'],
    [90_000, '2 min'],
    [5_400_000, '2 h'],
    [200_000_000, '2 d'],
  ])('shows %i ms in one readable unit', (ms, text) => {
    expect(span(ms)).toBe(text);
  });
});
