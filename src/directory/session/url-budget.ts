/** What all memberURLs of a read together may take. Their editors are not those who run the sync. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { WireTimeouts } from '../connection/wire.ts';

export interface UrlBudget {
  /** In milliseconds, never turned back. */
  readonly clock: () => number;
  /** What one answer may take. */
  readonly answerMs: number;
  leftMs: number;
  /** Since when the time that runs is not counted yet. */
  mark: number;
  leftUrls: number;
  leftEntries: number;
}

const LONGEST_ANSWER_MS = 10_000;
const MOST_URLS_IN_ALL = 10_000;
const MOST_ENTRIES_IN_ALL = 5_000_000;
/** Of runTimeout, so that what remains is enough for the people and the groups themselves. */
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
    leftUrls: MOST_URLS_IN_ALL,
    leftEntries: MOST_ENTRIES_IN_ALL,
  };
}

/** One more URL. @throws DirectoryError `time_limit` or `size_limit` when the budget is spent */
export function spendUrl(budget: UrlBudget): WireTimeouts {
  budget.leftUrls -= 1;
  budget.mark = budget.clock();
  requireLeft(budget);
  const setting = 'a memberURL is given half of operationTimeout, at most 10 s';
  return { ms: Math.min(budget.answerMs, budget.leftMs), setting };
}

/** Counts the time since the last mark. */
export function spendTime(budget: UrlBudget): void {
  const now = budget.clock();
  budget.leftMs -= now - budget.mark;
  budget.mark = now;
}

/** @throws DirectoryError `time_limit` or `size_limit` when the budget is spent */
export function requireLeft({ leftMs, leftUrls, leftEntries }: UrlBudget): void {
  if (leftMs <= 0)
    throw new DirectoryError('time_limit', 'All memberURLs together took a quarter of runTimeout.');
  if (leftUrls < 0)
    throw new DirectoryError('size_limit', `More than ${MOST_URLS_IN_ALL} memberURLs are not followed.`);
  if (leftEntries < 0)
    throw new DirectoryError('size_limit', `All memberURLs together found ${MOST_ENTRIES_IN_ALL} entries.`);
}
