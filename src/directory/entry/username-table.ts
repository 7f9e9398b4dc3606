/** Assigns a small number to each distinct username that a group mentions, when it is first seen. */
import { usernameKey } from '../../text/loose-key.ts';
import { addBytes, type ByteKey, type ByteTable, createByteTable, findBytes } from './byte-table.ts';
import { textOf, type Values } from './values.ts';

export interface UsernameTable {
  readonly spellings: ByteTable;
  readonly byKey: Map<string, number>;
  /** The first spelling of each username, by number. */
  readonly texts: string[];
}

const NO_PARENT = -1;

export function createUsernameTable(): UsernameTable {
  return { spellings: createByteTable(), byKey: new Map(), texts: [] };
}

/** The number of the username in these bytes; undefined if they are not UTF-8. */
export function internUsername(usernames: UsernameTable, value: Values): number | undefined {
  const { bytes, valueStart: start, valueEnd: end } = value;
  const spelling: ByteKey = { owner: NO_PARENT, bytes, start, end };
  const known = findBytes(usernames.spellings, spelling);
  if (known !== undefined) return known;
  const text = textOf(value);
  if (text === undefined) return undefined;
  const number = findUsername(usernames, text) ?? usernames.texts.push(text) - 1;
  usernames.byKey.set(usernameKey(text), number);
  addBytes(usernames.spellings, spelling, number);
  return number;
}

/** The number of a username; undefined if no group mentions it. */
export function findUsername({ byKey }: UsernameTable, text: string): number | undefined {
  return byKey.get(usernameKey(text));
}
