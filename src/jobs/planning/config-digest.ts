/** Recognises the configuration that a directory was last read with. */
import { createHash } from 'node:crypto';
import type { DirectorySettings } from '../../model/settings.ts';
import { NORMALISATION } from '../../plan/guard/normalisation.ts';

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
export function readFingerprint(
  settings: DirectorySettings,
  { server, marker }: { readonly server: string; readonly marker: string },
): string {
  const { guard, firstRun, onMissingGroup, sentinels, referrals } = settings;
  const applied = { guard, firstRun, onMissingGroup, sentinels, referrals };
  return hashOf([configDigest(settings), applied, NORMALISATION, server, marker]);
}

/** The marker of a complete read, to be kept: markers of other parts of a directory do not compare with it. */
export function positionToKeep(settings: DirectorySettings, marker: string | undefined): string | undefined {
  return marker === undefined ? undefined : `${basesOf(settings)} ${marker}`;
}

/** The marker that was kept, where it is of the same bases. */
export function keptPosition(settings: DirectorySettings, kept: string | undefined): string | undefined {
  const prefix = `${basesOf(settings)} `;
  return kept?.startsWith(prefix) ? kept.slice(prefix.length) : undefined;
}

function basesOf({ users, groups }: DirectorySettings): string {
  return hashOf([users.baseDn, groups.baseDn]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
