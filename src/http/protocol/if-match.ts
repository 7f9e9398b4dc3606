/** If-Match (RFC 9110, 13.1.1): changes a resource only if it is still in the state that the caller read. */
import { z } from 'zod';
import { etagOf } from './etag.ts';
import { Problem } from './problems.ts';

export const ifMatch = z.looseObject({
  'if-match': z
    .string()
    .max(1000)
    .optional()
    .meta({ description: 'The ETag of the group that you read. Default: change any state.' }),
});

/**
 * Reads the resource and returns it if the header names its ETag. Returns undefined without reading if any state is
 * acceptable. Throws the problem `precondition_failed` if the ETag differs.
 */
export async function requireMatch<Resource extends object>(
  header: string | undefined,
  read: () => Promise<Resource>,
): Promise<Resource | undefined> {
  if (header === undefined || header.trim() === '*') return undefined;
  const resource = await read();
  if (header.split(',').some(tag => tag.trim() === etagOf(resource))) return resource;
  throw new Problem(
    'precondition_failed',
    'The group has changed since you read it. Read it again and send the new ETag.',
  );
}
