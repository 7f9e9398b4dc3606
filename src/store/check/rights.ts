/** Whether the role of the connection has the rights that Rollcall needs, and none on the audit that it does not need. */
import { sql } from 'kysely';
import type { Finding } from '../../model/run.ts';
import { quoted } from '../core/names.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';

const AUDIT = ['membership_change', 'access_group_change', 'audit_seal'];
const subject = 'database role';

/** `retention`: old audit rows are to be deleted. */
export async function roleFinding(
  db: Database,
  { retention }: { readonly retention: boolean },
): Promise<Finding> {
  const facts = await roleFacts(db);
  if (facts === undefined) return { subject, level: 'ok', message: 'not asked before the schema is there' };
  const { role, owns, mayEdit, mayDelete } = facts;
  if (owns) {
    const message = `${role} owns the tables: only the triggers keep it from the audit (docs/operations.md#roles)`;
    return { subject, level: 'ok', message };
  }
  const missing = await missingRights(db, retention);
  if (missing.length > 0) {
    const message = `${role} lacks rights on ${missing.map(({ table }) => table).join(', ')}`;
    const grants = missing.map(({ table, rights }) => {
      return `grant ${rights.join(', ')} on ${quoted(db.schema)}.${quoted(table)} to ${quoted(role)}`;
    });
    return { subject, level: 'fail', message, fix: `run deploy/roles.sql, or: ${grants.join('; ')}` };
  }
  if (mayEdit || (mayDelete && !retention)) {
    const tables = AUDIT.map(table => `${quoted(db.schema)}.${quoted(table)}`).join(', ');
    const rights = retention ? 'update, truncate' : 'update, delete, truncate';
    const fix = `run deploy/roles.sql, or: revoke ${rights} on ${tables} from ${quoted(role)}`;
    return { subject, level: 'warn', message: `${role} may change or delete the audit`, fix };
  }
  return {
    subject,
    level: 'ok',
    message: `${role} has the rights that it needs, and cannot change the audit`,
  };
}

/** Only the owner of the tables may migrate. None: the role owns them, or there are none yet. */
export async function ownerFindings(db: Database): Promise<Finding[]> {
  const row = await queryOne(
    db.orm.em.fork(),
    sql<{ role: string; owner: string }>`
      select current_user::text as role, pg_get_userbyid(relowner)::text as owner from pg_class
      where relnamespace = to_regnamespace(${quoted(db.schema)}) and relname = 'schema_migration'
        and not pg_has_role(relowner, 'usage')`,
  );
  if (row === undefined) return [];
  const message = `the role ${row.role} may not migrate: the tables belong to the role ${row.owner}`;
  return [{ subject, level: 'fail', message, fix: `run it with ${row.owner} in database.url` }];
}

function roleFacts(db: Database) {
  return queryOne(
    db.orm.em.fork(),
    sql<{ role: string; owns: boolean; mayEdit: boolean; mayDelete: boolean }>`
      select current_user::text as role, bool_or(pg_has_role(relowner, 'usage')) as owns,
        bool_or(has_table_privilege(oid, 'update, truncate')) as "mayEdit",
        bool_or(has_table_privilege(oid, 'delete')) as "mayDelete"
      from pg_class
      where relnamespace = to_regnamespace(${quoted(db.schema)}) and relname = any(${AUDIT}::text[])
      having count(*) > 0`,
  );
}

function missingRights(db: Database, retention: boolean) {
  const tables = [...db.orm.getMetadata().getAll().values()].map(({ tableName }) => tableName);
  const ofAudit = retention ? '{select,insert,delete}' : '{select,insert}';
  return query(
    db.orm.em.fork(),
    sql<{ table: string; rights: string[] }>`
      select "table", rights from (
        select c.relname as "table", array(
          select r from unnest((case
            when c.relkind = 'v' or c.relname = 'schema_migration' then '{select}'
            when c.relname = any(${AUDIT}::text[]) then ${ofAudit}
            else '{select,insert,update,delete}'
          end)::text[]) as r
          where not has_table_privilege(c.oid, r)
        ) as rights
        from pg_class c
        where c.relnamespace = to_regnamespace(${quoted(db.schema)}) and c.relkind in ('r', 'p', 'v')
          and c.relname = any(${[...tables, 'schema_migration', 'access_grant', 'access_effective']}::text[])
      ) as found
      where cardinality(rights) > 0
      order by 1`,
  );
}
