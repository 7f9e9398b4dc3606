/** The schema of `retention`: how long history is kept. */
import type { RetentionSettings } from '../../model/settings.ts';
import { block, text } from './values.ts';

const FOREVER = 'forever';
const DAY_MS = 86_400_000;

/** The schema of `retention`. Defaults: runs a little over a year, the audit forever. */
export function retentionSchema() {
  return block({
    runs: age(1)
      .default('400d')
      .describe(
        'How long to keep runs and their plans. The newest run of a directory and held runs are always kept.',
      ),
    audit: age(30)
      .default(FOREVER)
      .describe(
        'How long to keep the audit of memberships and groups. Entries that explain a current membership are always kept.',
      ),
  });
}

/** Converts a validated block to settings. */
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

/** NaN if the text is not a number of days. */
function daysOf(value: string): number {
  return Number(/^(\d{1,5})d$/.exec(value)?.[1] ?? Number.NaN);
}
