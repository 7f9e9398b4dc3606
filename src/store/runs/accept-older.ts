/** Lets a waiting run accept a server that is behind the last complete read. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Run } from '../../model/run.ts';
import { forgetMarker } from '../current/directory-state.ts';
import { DirectoryEntryChange, DirectoryState } from '../entities/links.ts';
import { recordReason } from './run-reason.ts';

/**
 * Makes the waiting run accept a server that is behind the last complete read, because the directory was restored from
 * a backup. The run records the user and the reason.
 */
export async function acceptOlderServer(
  em: EntityManager,
  { id, directory, status, decision }: Run,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Run | undefined> {
  const words = `an older state of the directory is accepted: ${reason}`;
  // The same request was repeated with the same key.
  if (status !== 'queued' || decision?.reason.includes(words) === true) return undefined;
  await em.nativeUpdate(DirectoryState, { directory }, { position: null });
  await em.nativeDelete(DirectoryEntryChange, { directory });
  await forgetMarker(em, sql`select ${directory}`);
  return recordReason(em, id, { by, reason: words });
}
