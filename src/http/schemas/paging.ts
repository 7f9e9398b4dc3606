/** Schemas of paging, and of other parameters that several routes share. */
import { z } from 'zod';
import type { Key, Page } from '../../model/access.ts';
import { id, pageLimit, stored, text } from './inputs.ts';

// Twice as long as the columns, because the columns count code points and text() counts UTF-16 units.
export const slug = text(100).meta({ description: 'A slug.' });
export const username = text(60).meta({ description: 'The username of a user.' });
export const teamPath = z.object({ slug: slug.meta({ description: 'The slug of a team.' }) });
export const groupPath = z.object({ id: id.meta({ description: 'The id of an AccessGroup.' }) });

/** Words to search in names. */
export const search = text(200)
  .optional()
  .meta({ description: 'Words to search. Each must be the beginning of a word of the name.' });

const name = text(128);

/** `limit` and `cursor` of a list by one name. */
export const namePage = { limit: pageLimit, cursor: cursor(z.tuple([name])) };

/** `limit` and `cursor` of a list of groups by name and id. */
export const groupPage = {
  limit: pageLimit,
  cursor: cursor(z.tuple([name, stored])),
};

/** `limit` and `cursor` of a list by two names. */
export const projectPage = { limit: pageLimit, cursor: cursor(z.tuple([name, name])) };

/** Converts `limit` and `cursor` to a page request of the store. */
export function pageRequest<K extends Key>({ limit, cursor }: { limit: number; cursor?: K | undefined }) {
  return { limit, after: cursor };
}

/** `limit` and `cursor` of a list that is loaded whole. */
export const slicePage = { limit: pageLimit, cursor: cursor(z.tuple([stored])) };

/** One page of a list that is loaded whole. The key is the number of items before the next page. */
export function sliceOf<Item>(
  all: readonly Item[],
  {
    limit,
    cursor: [from] = [0],
  }: { readonly limit: number; readonly cursor?: readonly [number] | undefined },
): Page<Item> {
  const end = from + limit;
  return { items: all.slice(from, end), next: end < all.length ? [end] : undefined };
}

/** Converts a page to the response: its items and the cursor of the next page. */
export function answerPage<Item>({ items, next }: Page<Item>) {
  return {
    items,
    next: next === undefined ? null : Buffer.from(JSON.stringify(next)).toString('base64url'),
  };
}

/** An instant with time zone (RFC 3339). */
export const instant = z.iso
  .datetime({ offset: true })
  .transform(text => new Date(text))
  .refine(time => time.getUTCFullYear() > 0, 'a time in the year 1 or later')
  .optional()
  .meta({ type: 'string', format: 'date-time' });

/** A cursor: the key of the last item of a page. It is encoded, because callers must treat it as opaque. */
export function cursor<K extends Key>(key: z.ZodType<K>) {
  return z
    .string()
    .max(1000)
    .transform((text, context): K => {
      const found = key.safeParse(parsed(text));
      if (found.success) return found.data;
      context.addIssue('not a cursor of this list');
      return z.NEVER;
    })
    .optional()
    .meta({ type: 'string', description: '`next` of the previous page. Default: the first page.' });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
