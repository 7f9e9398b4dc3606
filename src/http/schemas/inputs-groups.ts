/** Schemas of requests that change AccessGroups. */
import { z } from 'zod';
import { id } from './inputs.ts';
import { slug, username } from './paging.ts';

/** The width of the column. PostgreSQL and JSON Schema both count code points. */
const NAME_LIMIT = 64;

const name = z
  .string()
  .refine(text => text.length > 0, 'a name')
  .refine(text => Array.from(text).length <= NAME_LIMIT, `at most ${NAME_LIMIT} characters`)
  .refine(text => !/\p{Cc}/u.test(text), 'no control characters')
  .meta({ minLength: 1, maxLength: NAME_LIMIT, description: 'Unique in its team.' });

/** Excludes system agent (100), which only mappings can set. */
const type = z.literal([0, 50]).meta({
  description: 'The access level of members on all projects assigned to the group: 0 owner, 50 user.',
});

export const newGroup = z.strictObject({ name, type: type.default(50) });

export const groupEdit = z
  .strictObject({ name: name.optional(), type: type.optional() })
  .refine(edit => edit.name !== undefined || edit.type !== undefined, 'name or type');

export const memberPath = z.object({ id, username });
export const assignmentPath = z.object({ id, slug });
