/** What all findings about the application's tables have in common. */
import type { Finding } from '../../model/run.ts';
import type { TheirTable } from '../../model/settings.ts';
import { quoted } from '../core/names.ts';

export function fail(key: string, message: string, fix: string): Finding {
  return { subject: `database.${key}`, level: 'fail', message, fix };
}

/** The name of the table in statements. */
export function sqlName({ schema, table }: TheirTable): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

/** The statement that adds an id of a type that Rollcall can keep. */
export function surrogate(table: TheirTable): string {
  return `alter table ${sqlName(table)} add column rollcall_id integer generated always as identity unique`;
}
