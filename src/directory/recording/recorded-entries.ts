/** The entries that a recording shows, and what its searches prove about them. */
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { createAttribute, type Entry } from '../server/entries.ts';
import { type EntryLine, parsePart } from './lines.ts';
import { bytesOf } from './messages.ts';
import type { Answer, RecordedRead } from './recording.ts';

export interface RecordedEntries {
  readonly all: ReadonlyMap<string, Entry>;
  /** The attributes that were requested or shown, in lower case. */
  readonly attributes: ReadonlySet<string>;
  /** By the text of a filter. */
  readonly found: ReadonlyMap<string, Found>;
}

/** What the searches with one filter found. */
interface Found {
  /** The keys of the entries that match. */
  readonly keys: Set<string>;
  /** The bases below which all entries that match were found. */
  readonly bases: string[];
}

interface Collecting {
  readonly all: Map<string, Entry>;
  readonly attributes: Set<string>;
  readonly found: Map<string, Found>;
}

interface AskedSearch {
  readonly base: string;
  readonly scope: string;
  readonly filter: string;
  readonly attributes: readonly string[];
  /** The search did not end with the failure of the read. */
  readonly isComplete: boolean;
}

/** Collects the entries of all reads. The newest values of an attribute count. */
export function collectEntries(reads: readonly RecordedRead[]): RecordedEntries {
  const into: Collecting = { all: new Map(), attributes: new Set(), found: new Map() };
  for (const { answers, failure } of reads)
    for (const own of answers.values())
      for (const { search, list } of own.values())
        if (search !== undefined)
          for (const answer of list)
            collectAnswer(into, { ...search, isComplete: failure === undefined }, answer);
  return into;
}

/** Whether the entry matches a filter with that text, if a search has shown it. */
export function isKnown({ found }: RecordedEntries, text: string, { key }: Entry): boolean | undefined {
  const known = found.get(text);
  if (known === undefined) return undefined;
  if (known.keys.has(key)) return true;
  return known.bases.some(base => isUnder(key, base)) ? false : undefined;
}

function collectAnswer(into: Collecting, search: AskedSearch, answer: Answer): void {
  for (const name of search.attributes) into.attributes.add(name.toLowerCase());
  const texts = [search.filter, ...conjunctsOf(search.filter)].filter(text => text.length <= LONGEST_FILTER);
  const facts = texts.map(text => factsOf(into, text));
  for (const text of answer) {
    const part = parsePart(text);
    if ('dn' in part) {
      const key = dnKey(part.dn);
      if (key === undefined) continue;
      into.all.set(key, merged(into, key, part));
      for (const { keys } of facts) keys.add(key);
    } else if ('result' in part && part.result === 0 && search.isComplete && search.scope === 'sub') {
      const base = dnKey(search.base);
      if (base !== undefined) facts[0]?.bases.push(base);
    }
  }
}

/** Filters with many identities are asked once. */
const LONGEST_FILTER = 1_000;

function factsOf({ found }: Collecting, text: string): Found {
  const known = found.get(text) ?? { keys: new Set(), bases: [] };
  found.set(text, known);
  return known;
}

/** The texts of the filters that all entries match which match this one. Parentheses in values are escaped. */
function conjunctsOf(filter: string): string[] {
  if (!filter.startsWith('(&')) return [];
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 2; at < filter.length - 1; at += 1) {
    if (filter[at] === '(') {
      if (depth === 0) start = at;
      depth += 1;
    } else if (filter[at] === ')') {
      depth -= 1;
      if (depth === 0) parts.push(filter.slice(start, at + 1));
    }
  }
  return parts;
}

const RANGE = /;range=[^;]*/i;

function merged({ all, attributes }: Collecting, key: string, { dn, attributes: own }: EntryLine): Entry {
  const held = new Map(all.get(key)?.attributes);
  for (const [written, values] of own) {
    const name = written.replace(RANGE, '');
    const type = name.toLowerCase();
    attributes.add(type);
    const earlier = name === written ? [] : (held.get(type)?.values ?? []);
    held.set(type, createAttribute(name, type, distinct([...earlier, ...values.map(bytesOf)])));
  }
  return { dn, key, attributes: held };
}

function distinct(values: readonly Buffer[]): Buffer[] {
  return [...new Map(values.map(value => [value.toString('latin1'), value])).values()];
}
