/** What requests may hold. */
import { z } from 'zod';

/** The largest value of PostgreSQL's `integer`. */
const MAX_ID = 2_147_483_647;

/** Text of 1 to `max` characters. No control characters: PostgreSQL refuses NUL, and logs break on the others. */
export function text(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'no control characters');
}

/** A whole number from 1 to `max`, written in plain digits as paths and queries hold it. */
function wholeNumber(max: number) {
  return z
    .string()
    .refine(
      digits => /^[1-9][0-9]{0,9}$/.test(digits) && Number(digits) <= max,
      `a whole number from 1 to ${max}`,
    )
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, maximum: max });
}

/** A number of the database in a cursor. */
export const stored = z.int().min(0).max(MAX_ID);

/** The number of a row. */
export const id = wholeNumber(MAX_ID);

/** A run's id in a path. */
export const runPath = z.object({ id: id.meta({ description: 'The number of a run.' }) });

/** Why a person decides as they do about a held run. */
export const reason = text(1000)
  .regex(/^(?!\s+$)/, 'more than spaces')
  .meta({ description: 'Why; kept with the run.' });

/** What a decision is about. */
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
  .meta({ description: 'counts.held.digest of the run as you looked at it.' });

/** `limit` of every list. */
export const pageLimit = wholeNumber(200).default(50).meta({ description: 'Entries per page.' });

/** What a decision is about, where it is not everything that the run holds. */
export const decidedGroups = z
  .array(z.int().min(1).max(MAX_ID))
  .min(1)
  .max(10_000)
  .optional()
  .meta({ description: 'Ids of AccessGroups that the run holds something of. Left out: all of them.' });

/** `limit` and `cursor` of a list. Cursors are opaque to callers: `nextCursor` of the page before. */
export const page = {
  limit: pageLimit,
  cursor: wholeNumber(MAX_ID)
    .optional()
    .meta({ description: 'nextCursor of the page before; left out: the first page.' }),
};
