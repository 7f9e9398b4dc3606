/** What requests about teams, groups and people may hold. */
import { z } from 'zod';
import type { Key, Page } from '../../model-access.ts';
import { id, pageLimit, stored, text } from './inputs.ts';

// Twice as long as the columns, which count code points where text() counts UTF-16 units.
export const slug = text(100).meta({ description: 'A slug.' });
export const username = text(60).meta({ description: 'A user of the application.' });
export const teamPath = z.object({ slug: slug.meta({ description: "A team's slug." }) });
export const groupPath = z.object({ id: id.meta({ description: 'The number of an AccessGroup.' }) });

/** Words that names are looked through for. */
export const search = text(200)
  .optional()
  .meta({ description: 'Words; each has to begin a word of the name.' });

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

/** `limit` and `after` as the store takes them. */
export function wishOf<K extends Key>({ limit, cursor }: { limit: number; cursor?: K | undefined }) {
  return { limit, after: cursor };
}

/** The answer to a list: the items and where the next page begins. */
export function answerPage<Item>({ items, next }: Page<Item>) {
  return {
    items,
    next: next === undefined ? null : Buffer.from(JSON.stringify(next)).toString('base64url'),
  };
}

/** A moment with its time zone, as RFC 3339 writes it. */
export const instant = z.iso
  .datetime({ offset: true })
  .transform(text => new Date(text))
  .refine(moment => moment.getUTCFullYear() > 0, 'a moment of the year 1 or later')
  .optional()
  .meta({ type: 'string', format: 'date-time' });

/** A cursor is the key of the last shown item. Callers are not to read it, so it is not readable at a glance. */
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
    .meta({ type: 'string', description: '`next` of the page before; left out: the first page.' });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
