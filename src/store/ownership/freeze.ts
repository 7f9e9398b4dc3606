/** Freezes AccessGroups against the sync, and unfreezes them. */
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Act } from '../../model/ownership.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarker } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { markSync } from '../database/session-variables.ts';
import { query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { recordEvents } from './events.ts';
import { lockOwned, requireManaged } from './find.ts';
import { supersedeTasks } from './tasks.ts';

/**
 * Makes the sync leave an AccessGroup unchanged, both name and members, until `unfreezeGroup`. Freezing a frozen group
 * replaces its user and reason. Throws RefusedError (`unknown_group`, `not_managed`).
 */
export async function freezeGroup(db: Database, id: number, { by, reason }: Act): Promise<void> {
  await transact(db, async em => {
    await markSync(em);
    const group = await lockOwned(em, id);
    requireManaged(group);
    await query(
      em,
      sql`
        update directory_group set frozen_at = now(), frozen_by = ${by}, frozen_reason = ${storable(reason)}
        where access_group_id = ${id}`,
    );
    await forgetMarker(em, sql`select ${directoryOf(group)}::text`);
    await recordEvents(em, [id], { action: 'freeze', directory: directoryOf(group), by, reason });
  });
}

/** Makes the sync update a frozen AccessGroup again. Throws RefusedError (`unknown_group`, `not_frozen`). */
export async function unfreezeGroup(db: Database, id: number, { by, reason }: Act): Promise<void> {
  await transact(db, async em => {
    await markSync(em);
    await supersedeTasks(em, id);
    const group = await lockOwned(em, id);
    if (!group.sources.some(source => source.frozen)) {
      throw new RefusedError('not_frozen', `AccessGroup ${group.team}/${group.name} is not frozen`);
    }
    await query(
      em,
      sql`
        update directory_group set frozen_at = null, frozen_by = null, frozen_reason = null
        where access_group_id = ${id}`,
    );
    // The directory's changes have not been applied to the group, so the next schedule must not skip the read.
    await forgetMarker(em, sql`select ${directoryOf(group)}::text`);
    await recordEvents(em, [id], { action: 'unfreeze', directory: directoryOf(group), by, reason });
  });
}

function directoryOf({ sources }: { sources: readonly { readonly directory: string }[] }): string | null {
  return sources[0]?.directory ?? null;
}
