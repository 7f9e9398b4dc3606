/** Runs the changes of users in transactions under their names. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RefusalCode, RefusedError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { markActor } from '../database/session-variables.ts';
import { postgresMessage, sqlState } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';

/** The constraints that a user's change can violate, with the code of the refusal. */
const RULES: ReadonlyMap<string, RefusalCode> = new Map([
  ['access_group_members_managed', 'managed_members'],
  ['access_group_managed', 'managed_group'],
  ['access_group_managed_name', 'managed_name'],
  ['access_group_team_id_name_unique', 'name_taken'],
  ['access_group_team_id_foreign', 'unknown_team'],
  ['access_group_members_access_group_id_foreign', 'unknown_group'],
  ['access_group_members_user_id_foreign', 'unknown_user'],
  ['access_group_projects_access_group_id_foreign', 'unknown_group'],
  ['access_group_projects_project_id_foreign', 'unknown_project'],
]);

/**
 * Runs `work` in one transaction in the name of a user. A violated constraint, as after a concurrent change, is thrown
 * as RefusedError.
 */
export async function actAs<Result>(
  db: Database,
  actor: string,
  act: (em: EntityManager) => Promise<Result>,
): Promise<Result> {
  try {
    return await transact(db, async em => {
      await markActor(em, actor);
      return act(em);
    });
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

function refusalOf(error: unknown): RefusedError | undefined {
  if (!sqlState(error)?.startsWith('23')) return undefined;
  if (!(error instanceof Error) || !('constraint' in error) || typeof error.constraint !== 'string') {
    return undefined;
  }
  const code = RULES.get(error.constraint);
  return code === undefined ? undefined : new RefusedError(code, postgresMessage(error), { cause: error });
}
