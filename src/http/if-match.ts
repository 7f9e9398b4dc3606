/** If-Match (RFC 9110, 13.1.1): a change is made only to what the caller has seen. */
import { z } from 'zod';
import { etagOf } from './etag.ts';
import { Problem } from './problems.ts';

export const ifMatch = z.looseObject({
  'if-match': z
    .string()
    .max(1000)
    .optional()
    .meta({ description: 'The ETag of the group as you saw it; left out: whatever it is now.' }),
});

/**
 * The resource as the caller has seen it; undefined where any state will do, and then it is not looked at. Throws the
 * problem `precondition_failed` when it is not what the header names.
 */
export async function seenAs<Resource extends object>(
  header: string | undefined,
  look: () => Promise<Resource>,
): Promise<Resource | undefined> {
  if (header === undefined || header.trim() === '*') return undefined;
  const resource = await look();
  if (header.split(',').some(tag => tag.trim() === etagOf(resource))) return resource;
  throw new Problem(
    'precondition_failed',
    'This has changed since you looked at it. Read it again and send its new ETag.',
  );
}
