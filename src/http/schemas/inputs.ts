/** Schemas of request parameters. */
import { z } from 'zod';

/** The largest value of PostgreSQL's `integer`. */
const MAX_ID = 2_147_483_647;

/** Text of 1 to `max` characters without control characters: PostgreSQL refuses NUL, and others break log lines. */
export function text(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'no control characters');
}

/** A whole number from 1 to `max`, as digits in a path or query. */
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

/** `true` or `false` in a query; omitted: false. */
export const yesOrNo = z
  .string()
  .refine(word => word === 'true' || word === 'false', 'true or false')
  .optional()
  .transform(word => word === 'true')
  .meta({ type: 'boolean' });

/** A database number inside a cursor. */
export const stored = z.int().min(0).max(MAX_ID);

/** The id of a row. */
export const id = wholeNumber(MAX_ID);

/** The id of a run in a path. */
export const runPath = z.object({ id: id.meta({ description: 'The id of a run.' }) });

/** The reason of a decision. */
export const reason = text(1000)
  .regex(/^(?!\s+$)/, 'more than spaces')
  .meta({ description: 'The reason; recorded with the run.' });

/** The digest of the changes that a decision is about. */
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
  .meta({ description: 'counts.held.digest of the run that you reviewed.' });

/** `limit` of every list. */
export const pageLimit = wholeNumber(200).default(50).meta({ description: 'Entries per page.' });

/** `limit` of a search. */
export const searchLimit = wholeNumber(20).default(5).meta({ description: 'Results of each kind.' });

/** `limit` of membership changes. */
export const changeLimit = wholeNumber(1_000).default(200).meta({ description: 'Changes per page.' });

/** The groups of a decision that is not about everything that the run holds. */
export const decidedGroups = z
  .array(z.int().min(1).max(MAX_ID))
  .min(1)
  .max(10_000)
  .optional()
  .meta({ description: 'Ids of AccessGroups with held changes. Default: all of them.' });

/** `next` of a list. */
export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'The cursor of the next page; null on the last page.' });

/** `limit` and `cursor` of a list by number. Cursors are opaque: callers send `next` of the previous page. */
export const page = {
  limit: pageLimit,
  cursor: wholeNumber(MAX_ID)
    .optional()
    .meta({ description: '`next` of the previous page. Default: the first page.' }),
};
