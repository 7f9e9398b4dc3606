/** How long history is kept. */
import type { RetentionSettings } from '../settings.ts';
import { block, text } from './values.ts';

const FOREVER = 'forever';
const DAY_MS = 86_400_000;

/** `retention`: runs a little over a year, the audit for ever. */
export function retentionSchema() {
  return block({
    runs: age(1)
      .default('400d')
      .describe(
        'Runs and their saved plans. The newest of a directory, and what waits for a person, always stay.',
      ),
    audit: age(30)
      .default(FOREVER)
      .describe(
        'Who came into which group and left it, when and why. What is needed to know who is a member since when stays.',
      ),
  });
}

/** The settings that a validated block stands for. */
export function retentionOf({
  runs,
  audit,
}: {
  readonly runs: string;
  readonly audit: string;
}): RetentionSettings {
  return { runsMs: msOf(runs), auditMs: msOf(audit) };
}

function age(minDays: number) {
  const error = `a number of days such as 400d, at least ${minDays}d, or ${FOREVER}`;
  return text(error).refine(value => value === FOREVER || daysOf(value) >= minDays, { error });
}

function msOf(value: string): number | undefined {
  return value === FOREVER ? undefined : daysOf(value) * DAY_MS;
}

/** NaN where the text is none. */
function daysOf(value: string): number {
  return Number(/^(\d{1,5})d$/.exec(value)?.[1] ?? Number.NaN);
}
