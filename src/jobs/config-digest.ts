/** Recognises the configuration that a directory was last read with. */
import { createHash } from 'node:crypto';
import { NORMALISATION } from '../plan/normalisation.ts';
import type { DirectorySettings } from '../settings.ts';

/**
 * `part:hash part:hash`, of every setting that decides what is read or how it is mapped, so that a difference can be
 * named. Secrets are left out.
 */
export function configDigest(settings: DirectorySettings): string {
  const { urls, vendor, idAttribute, users, groups, protect, mappings } = settings;
  return Object.entries({ urls, vendor, idAttribute, users, groups, protect, mappings })
    .map(([part, value]) => `${part}:${hashOf(value)}`)
    .join(' ');
}

/**
 * All that has to be the same for a directory to count as unchanged: its marker, and whatever else decides a read or what
 * is made of it.
 */
export function stampOf(
  settings: DirectorySettings,
  { server, marker }: { readonly server: string; readonly marker: string },
): string {
  const { guard, firstRun, onMissingGroup, sentinels, referrals } = settings;
  const applied = { guard, firstRun, onMissingGroup, sentinels, referrals };
  return hashOf([configDigest(settings), applied, NORMALISATION, server, marker]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
