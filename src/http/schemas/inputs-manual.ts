/** What requests hold by which people look after AccessGroups. */
import { z } from 'zod';
import { id } from './inputs.ts';
import { slug, username } from './inputs-access.ts';

/** As wide as the column. PostgreSQL counts code points, and so does JSON Schema. */
const NAME_LIMIT = 64;

const name = z
  .string()
  .refine(text => text.length > 0, 'a name')
  .refine(text => Array.from(text).length <= NAME_LIMIT, `at most ${NAME_LIMIT} characters`)
  .refine(text => !/\p{Cc}/u.test(text), 'no control characters')
  .meta({ minLength: 1, maxLength: NAME_LIMIT, description: 'Unique in its team.' });

/** System agent (100) is for mappings: no person gets it by hand. */
const type = z.literal([0, 50]).meta({
  description: 'The level that members gain on every project assigned to the group: 0 owner, 50 user.',
});

export const newGroup = z.strictObject({ name, type: type.default(50) });

export const groupEdit = z
  .strictObject({ name: name.optional(), type: type.optional() })
  .refine(edit => edit.name !== undefined || edit.type !== undefined, 'name or type');

export const memberPath = z.object({ id, username });
export const assignmentPath = z.object({ id, slug });
