/** The part of a snapshot that every read has in common. */
import type { Snapshot } from '../../model/snapshot.ts';
import type { Session } from './session.ts';

/**
 * A snapshot without entries, and with nothing proved about entries that were not read.
 * @param stable the answer of `checkSession`
 */
export function baseSnapshot(
  { collection, connection, marker, unrelated }: Session,
  { whole, stable }: Pick<Snapshot, 'whole' | 'stable'>,
): Omit<Snapshot, 'users' | 'groups' | 'references' | 'warnings'> {
  return {
    directory: collection.settings.name,
    server: connection.url,
    idAttribute: collection.traits.idAttribute,
    whole,
    marker,
    ...(unrelated !== undefined && { unrelated }),
    stable,
    outside: new Map(),
    unclear: new Map(),
    unclearGroups: new Map(),
    hiddenStates: new Set(),
    unshownStates: [],
    referredTo: [...collection.referredTo.values()],
    counts: { ...collection.counts },
  };
}
