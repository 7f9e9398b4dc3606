import type { EntityManager } from '@mikro-orm/postgresql';
import type { RawBuilder } from 'kysely';

/**
 * Runs one statement in em's transaction, where it has one, and returns its rows. The values of the `sql` tag are
 * bound, not pasted (`em.execute` pastes), so arrays arrive as arrays. bigint and numeric come as text, timestamps too:
 * select them `::float8` or through `epochMs`.
 */
export async function query<Row>(em: EntityManager, statement: RawBuilder<Row>): Promise<readonly Row[]> {
  const result = await statement.execute(em.getKysely());
  return result.rows;
}

/** As `query`, for statements that return at most one row. */
export async function queryOne<Row>(em: EntityManager, statement: RawBuilder<Row>): Promise<Row | undefined> {
  const rows = await query(em, statement);
  return rows[0];
}

/** A set of numbers as PostgreSQL writes an array: to be cast, `${intArray(ids)}::integer[]`. */
export function intArray(ids: Iterable<number>): string {
  return `{${Array.from(ids).join(',')}}`;
}

/** Text as PostgreSQL can hold it. A directory may send NUL, which text columns refuse. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** PostgreSQL's own code of a failure (SQLSTATE), undefined for failures that are not its own. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/**
 * JSON whose texts PostgreSQL can hold. For columns, and for `json_to_recordset(…::json)`: one bind however many rows
 * and columns. There, sets of numbers go in as `intArray` text, which PostgreSQL takes for an array at once.
 */
export function jsonOf(value: object): string {
  const text = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part));
}

/** Rows in pieces, in their order: bounds the memory that the text of one statement takes. */
export function* pieces<Row>(rows: readonly Row[], size = 5_000): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
