/** Reads from the schema which attributes a server knows (RFC 4512 section 4.2). */
import { DirectoryError } from '../../errors.ts';
import type { Connection } from '../connection/connect.ts';
import { textsOf } from '../entry/entry.ts';
import { searchEntry } from '../search/entry-search.ts';
import { isolateFailure } from '../session/isolate-failure.ts';
import type { Session } from '../session/session.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

const NAMES = /^\(\s*([\d.]+)\s(?:.*?\bNAME\s+(?:'([^']*)'|\(([^)]*)\)))?/;

/**
 * Returns the attributes that the server knows, or all if it does not show its schema. No entry has an unknown
 * attribute, and a filter on one evaluates to Undefined. The schema is read once for each session.
 */
export async function knownAttributes(
  session: Session,
  connection: Connection,
  names: readonly string[],
): Promise<readonly string[]> {
  session.schema.attributes ??= await readAttributes(session, connection);
  const { attributes } = session.schema;
  return attributes.size === 0 ? names : names.filter(name => attributes.has(withoutOptions(name)));
}

/** The attribute without its options (RFC 4512 section 2.5), which the schema does not list. */
function withoutOptions(name: string): string {
  return name.replace(/;.*$/, '').toLowerCase();
}

/** Names and OIDs in lower case. */
async function readAttributes(session: Session, connection: Connection): Promise<ReadonlySet<string>> {
  const base = textsOf(session.root, 'subschemaSubentry')[0] ?? '';
  if (base === '') return new Set();
  const filter = parseFilter('(objectClass=*)');
  const search = { base, filter, attributes: ['attributeTypes'] };
  const found = await isolateFailure(session, connection, () =>
    searchEntry(connection, search, session.paging),
  );
  if (found === undefined || found instanceof DirectoryError) return new Set();
  return new Set(textsOf(found, 'attributeTypes').flatMap(namesIn));
}

function namesIn(definition: string): string[] {
  const [, oid = '', sole, several = ''] = NAMES.exec(definition) ?? [];
  const names = [oid, sole ?? '', ...several.split(/[\s']+/)];
  return names.filter(name => name !== '').map(name => name.toLowerCase());
}
