/** Search filters as values (RFC 4511 section 4.5.1.7) and as text (RFC 4515). */
import { isUtf8 } from 'node:buffer';

export interface Combination {
  readonly kind: 'and' | 'or';
  readonly filters: readonly Filter[];
}

export interface Negation {
  readonly kind: 'not';
  readonly filter: Filter;
}

export interface Comparison {
  readonly kind: 'equal' | 'greaterOrEqual' | 'lessOrEqual' | 'approx';
  readonly attribute: string;
  readonly value: Buffer;
}

export interface Substrings {
  readonly kind: 'substrings';
  readonly attribute: string;
  readonly initial: Buffer | undefined;
  readonly any: readonly Buffer[];
  readonly final: Buffer | undefined;
}

export interface Presence {
  readonly kind: 'present';
  readonly attribute: string;
}

/** `attribute` or `rule` may be empty, as in (cn:=x) and (:caseIgnoreMatch:=x). */
export interface Extensible {
  readonly kind: 'extensible';
  readonly attribute: string;
  readonly rule: string;
  readonly value: Buffer;
}

export type Filter = Combination | Negation | Comparison | Substrings | Presence | Extensible;

const comparisonSign = { equal: '=', greaterOrEqual: '>=', lessOrEqual: '<=', approx: '~=' } as const;

/** The filter in RFC 4515 notation; bytes that are not UTF-8 are written in hex. */
export function filterText(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return `(&${filter.filters.map(filterText).join('')})`;
    case 'or':
      return `(|${filter.filters.map(filterText).join('')})`;
    case 'not':
      return `(!${filterText(filter.filter)})`;
    case 'present':
      return `(${filter.attribute}=*)`;
    case 'substrings':
      return `(${filter.attribute}=${substringsText(filter)})`;
    case 'extensible':
      return `(${filter.attribute}${filter.rule && `:${filter.rule}`}:=${escaped(filter.value)})`;
    default:
      return `(${filter.attribute}${comparisonSign[filter.kind]}${escaped(filter.value)})`;
  }
}

function substringsText({ initial, any, final }: Substrings): string {
  return [initial, ...any, final].map(part => (part ? escaped(part) : '')).join('*');
}

function escaped(value: Buffer): string {
  if (!isUtf8(value)) return [...value].map(hex).join('');
  return value.toString().replaceAll(/[*()\\\0]/g, character => hex(character.charCodeAt(0)));
}

function hex(byte: number): string {
  return `\\${byte.toString(16).padStart(2, '0')}`;
}
