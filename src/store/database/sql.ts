/** Runs SQL statements, and classifies the errors of PostgreSQL. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RawBuilder } from 'kysely';
import { messageOf, UnavailableError } from '../../errors.ts';
import { storable } from '../../text/storable.ts';

/**
 * Runs one statement, in em's transaction if it has one, and returns its rows. The values of the `sql` tag are bound,
 * whereas `em.execute` would insert them as text, so arrays arrive as arrays. bigint, numeric and timestamps are
 * returned as text: select them with `::float8` or through `epochMs`.
 */
export async function query<Row>(em: EntityManager, statement: RawBuilder<Row>): Promise<readonly Row[]> {
  try {
    const result = await statement.execute(em.getKysely());
    return result.rows;
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** As `query`, for a statement that returns at most one row. */
export async function queryOne<Row>(em: EntityManager, statement: RawBuilder<Row>): Promise<Row | undefined> {
  const rows = await query(em, statement);
  return rows[0];
}

/** The numbers as the text of a PostgreSQL array; cast it: `${intArray(ids)}::integer[]`. */
export function intArray(ids: Iterable<number>): string {
  return `{${Array.from(ids).join(',')}}`;
}

/** The SQLSTATE of a PostgreSQL error, also of an error that asUnavailable wrapped. undefined for other errors. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof UnavailableError) return sqlState(error.cause);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** EPIPE has the form of an SQLSTATE but is an error of Node.js. */
const CONNECTION = /^(08|25P03|57P|EPIPE)/;
export const FULL = '53100';
const TOO_MANY_CONNECTIONS = '53300';
export const READ_ONLY = '25006';
const LOCKED = '55P03';
/** A table or view that the application dropped, or a right that was taken back. */
const LACKING = /^(42P01|42501)$/;
/** The error of PgBouncer for a parameter that it does not know. */
const PARAMETER_REFUSED = 'unsupported startup parameter';
const POOLER_HINT =
  'a pooler refuses the connection, so set its ignore_startup_parameters to ' +
  'statement_timeout,lock_timeout,idle_in_transaction_session_timeout';
/** What an operator can do, by SQLSTATE. */
export const FIXES: Readonly<Record<string, string>> = {
  [READ_ONLY]: 'point database.url at the primary, or check default_transaction_read_only',
  [FULL]: 'free space on the disk of PostgreSQL',
  [TOO_MANY_CONNECTIONS]: 'raise max_connections of PostgreSQL, or lower database.poolSize',
};
/** Messages of node-postgres errors that have no code. */
const BROKEN = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/**
 * Whether the connection or the whole server failed, rather than the statement. The outcome of the statement is then
 * unknown. Also true for errors that did not come from PostgreSQL.
 */
export function isConnectionError(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || CONNECTION.test(state);
}

/** A lock that another transaction holds, a deadlock, or a statement timeout: a retry may succeed. */
export function isRetryable(error: unknown): boolean {
  return /^(40|55P03|57014)/.test(sqlState(error) ?? '');
}

/**
 * Whether a single row can be the cause of the error, as with an error that a trigger of the application raises. That
 * excludes errors of the connection or its privileges (08, 28, 3D), of the transaction's state (25), and of the whole
 * server (53, 57P, 58).
 */
export function isRowRefused(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && !/^(08|25|28|3D|53|57P|58|EPIPE)/.test(state);
}

/**
 * Returns an UnavailableError with the reason if PostgreSQL does not answer, is read-only or full, lacks what
 * Rollcall needs, or if another transaction holds a needed lock. Returns any other error unchanged. The original error is the cause.
 */
export function asUnavailable(error: unknown): unknown {
  const why = lackOf(error);
  if (why === undefined) return error;
  const fix = FIXES[sqlState(error) ?? ''];
  return new UnavailableError(`${why}: ${postgresMessage(error)}`, { cause: error, fix });
}

/** The message of PostgreSQL only; MikroORM appends details and hints on separate lines. */
export function postgresMessage(error: unknown): string {
  return messageOf(error).replace(/\n - (detail|hint): .*/s, '');
}

function lackOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof UnavailableError) return undefined;
  const state = sqlState(error) ?? '';
  if (error.message.startsWith(PARAMETER_REFUSED)) return POOLER_HINT;
  if (state === READ_ONLY) return 'PostgreSQL is read-only';
  if (state === FULL) return 'the disk of PostgreSQL is full';
  if (state === LOCKED) return 'another transaction holds a lock that this needs, try again';
  if (state.startsWith('53')) return 'PostgreSQL has insufficient resources';
  if (LACKING.test(state) && !isRaised(error))
    return 'the database lacks a table, a view or a right, run "rollcall check"';
  const network = 'syscall' in error || BROKEN.test(error.message);
  return network || CONNECTION.test(state) ? 'PostgreSQL does not answer' : undefined;
}

/** Whether a function raised the error with this code, as a trigger that refuses one row does. */
function isRaised(error: Error): boolean {
  return 'routine' in error && error.routine === 'exec_stmt_raise';
}

/**
 * JSON with texts that PostgreSQL can store. For columns, and for `json_to_recordset(…::json)`, which needs one bound
 * value for any number of rows and columns. Pass sets of numbers to it as `intArray` text.
 */
export function jsonOf(value: object): string {
  const text = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part));
}

/** Yields the rows in chunks, in order. This limits the memory for the text of one statement. */
export function* chunks<Row>(rows: readonly Row[], size = 5_000): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
