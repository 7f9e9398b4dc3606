/** Digests of the configuration, so that a run knows whether it changed since the last read. */
import { createHash } from 'node:crypto';
import type { DirectorySettings } from '../../model/settings.ts';
import { NORMALISATION } from '../../plan/guard/normalisation.ts';

/** Returns `part:hash part:hash` for the settings that decide what is read and how it is mapped. Contains no secret. */
export function configDigest(settings: DirectorySettings): string {
  const { urls, vendor, idAttribute, users, groups, protect, mappings } = settings;
  return Object.entries({ urls, vendor, idAttribute, users, groups, protect, mappings })
    .map(([part, value]) => `${part}:${hashOf(value)}`)
    .join(' ');
}

/** Returns a hash of everything that must be equal for a directory to count as unchanged: its marker and the settings. */
export function readFingerprint(
  settings: DirectorySettings,
  { server, marker }: { readonly server: string; readonly marker: string },
): string {
  const { guard, firstRun, onMissingGroup, sentinels, referrals } = settings;
  const applied = { guard, firstRun, onMissingGroup, sentinels, referrals };
  return hashOf([configDigest(settings), applied, NORMALISATION, server, marker]);
}

/** Returns the marker of a complete read with its bases: markers of different bases cannot be compared. */
export function positionToKeep(settings: DirectorySettings, marker: string | undefined): string | undefined {
  return marker === undefined ? undefined : `${basesOf(settings)} ${marker}`;
}

/** Returns the stored marker if the bases are still the same. */
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
