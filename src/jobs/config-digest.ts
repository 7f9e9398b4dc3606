/** Recognises the configuration that a directory was last read with. */
import { createHash } from 'node:crypto';
import type { DirectorySettings } from '../settings.ts';

/** Changes whenever a setting changes that decides what is read or how it is mapped. Secrets are left out. */
export function configDigest({
  urls,
  users,
  groups,
  mappings,
  idAttribute,
  protect,
  vendor,
}: DirectorySettings): string {
  const deciding = JSON.stringify({ urls, users, groups, mappings, idAttribute, protect, vendor });
  return createHash('sha256').update(deciding).digest('hex');
}
