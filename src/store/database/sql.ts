import type { EntityManager } from '@mikro-orm/postgresql';
import type { RawBuilder } from 'kysely';
import { messageOf, UnavailableError } from '../../errors.ts';
import { storable } from '../../text/storable.ts';

/**
 * Runs one statement in em's transaction, where it has one, and returns its rows. The values of the `sql` tag are
 * bound, not pasted (`em.execute` pastes), so arrays arrive as arrays. bigint and numeric come as text, timestamps too:
 * select them `::float8` or through `epochMs`.
 */
export async function query<Row>(em: EntityManager, statement: RawBuilder<Row>): Promise<readonly Row[]> {
  try {
    const result = await statement.execute(em.getKysely());
    return result.rows;
  } catch (error) {
    throw asUnavailable(error);
  }
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

/**
 * PostgreSQL's own code of a failure (SQLSTATE), also of what asUnavailable made of it; undefined for failures that are
 * not its own.
 */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof UnavailableError) return sqlState(error.cause);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** EPIPE looks like a code of PostgreSQL and is none. */
const CONNECTION = /^(08|25P03|57P|EPIPE)/;
const FULL = '53100';
const READ_ONLY = '25006';
const LOCKED = '55P03';
/** What node-postgres says without a code. */
const BROKEN = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/**
 * Whether the connection failed, or the server as a whole, rather than what was asked: nothing is known about the outcome
 * then. Also true of whatever is no answer of PostgreSQL.
 */
export function isConnectionError(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || CONNECTION.test(state);
}

/**
 * An error that says what PostgreSQL lacks where it does not answer, is read-only or full, or another transaction holds
 * what is needed; any other error as it is. The original is its cause.
 */
export function asUnavailable(error: unknown): unknown {
  const why = lackOf(error);
  return why === undefined ? error : new UnavailableError(`${why}: ${wordsOf(error)}`, { cause: error });
}

/** The message of PostgreSQL alone: MikroORM adds details and hints to it, in lines of their own. */
export function wordsOf(error: unknown): string {
  return messageOf(error).replace(/\n - (detail|hint): .*/s, '');
}

function lackOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof UnavailableError) return undefined;
  const state = sqlState(error) ?? '';
  if (state === READ_ONLY) return 'PostgreSQL is read-only';
  if (state === FULL) return 'the disk of PostgreSQL is full';
  if (state === LOCKED) return 'another transaction holds what this needs, try again';
  if (state.startsWith('53')) return 'PostgreSQL has no room for this';
  const network = 'syscall' in error || BROKEN.test(error.message);
  return network || CONNECTION.test(state) ? 'PostgreSQL does not answer' : undefined;
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
