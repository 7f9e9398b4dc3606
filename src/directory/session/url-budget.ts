/** Limits on the cost of all memberURLs of one read. Their authors are not the operators of the sync. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { WireTimeouts } from '../connection/wire.ts';

export interface UrlBudget {
  /** Monotonic, in milliseconds. */
  readonly clock: () => number;
  /** The time limit of one answer. */
  readonly answerMs: number;
  leftMs: number;
  /** The time from which spending is not counted yet. */
  mark: number;
  leftUrls: number;
  leftEntries: number;
}

const LONGEST_ANSWER_MS = 10_000;
const MAX_URLS_IN_ALL = 10_000;
const MAX_ENTRIES_IN_ALL = 5_000_000;
/** The share of runTimeout. The rest is left for reading the users and groups. */
const SHARE_OF_READ = 1 / 4;

export function startUrlBudget(
  { operationTimeoutMs, runTimeoutMs }: DirectorySettings,
  clock: () => number,
): UrlBudget {
  return {
    clock,
    answerMs: Math.min(LONGEST_ANSWER_MS, operationTimeoutMs / 2),
    leftMs: runTimeoutMs * SHARE_OF_READ,
    mark: clock(),
    leftUrls: MAX_URLS_IN_ALL,
    leftEntries: MAX_ENTRIES_IN_ALL,
  };
}

/** Counts one more URL. @throws DirectoryError `time_limit` or `size_limit` if the budget is spent */
export function spendUrl(budget: UrlBudget): WireTimeouts {
  budget.leftUrls -= 1;
  budget.mark = budget.clock();
  requireLeft(budget);
  const setting = 'the limit for a memberURL: half of operationTimeout, at most 10 s';
  return { ms: Math.min(budget.answerMs, budget.leftMs), setting };
}

/** Counts the time since the last mark. */
export function spendTime(budget: UrlBudget): void {
  const now = budget.clock();
  budget.leftMs -= now - budget.mark;
  budget.mark = now;
}

/** @throws DirectoryError `time_limit` or `size_limit` if the budget is spent */
export function requireLeft({ leftMs, leftUrls, leftEntries }: UrlBudget): void {
  if (leftMs <= 0)
    throw new DirectoryError(
      'time_limit',
      'The memberURLs of this read took more than a quarter of runTimeout.',
    );
  if (leftUrls < 0)
    throw new DirectoryError(
      'size_limit',
      `The directory has more than ${MAX_URLS_IN_ALL} memberURLs, which is the limit for one read.`,
    );
  if (leftEntries < 0)
    throw new DirectoryError(
      'size_limit',
      `The memberURLs of this read found more than ${MAX_ENTRIES_IN_ALL} entries, which is the limit.`,
    );
}
