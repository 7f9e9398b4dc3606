/** The differences between directory servers that matter for the storage of an organisation. */
import type { Spelling } from './dn.ts';

/** By the vendor names of the product. */
export type Dialect = 'openldap' | '389ds' | 'activedirectory';

export interface Customs {
  /** Spellings of a DN that keep its meaning on that server; others are written plainly. */
  readonly spellings: readonly Spelling[];
  /** The maximum number of UTF-16 code units in a cn. */
  readonly longestCn: number;
  /**
   * Member values are links: they follow the renames and the deletion of their entry, and cannot name a missing one.
   */
  readonly linked: boolean;
}

const EVERYWHERE = [
  'plain',
  'pairs',
  'hex',
  'upper',
  'spaced',
  'composed',
  'semicolons',
  'reversed',
] as const;

const CUSTOMS: Readonly<Record<Dialect, Customs>> = {
  openldap: { spellings: [...EVERYWHERE, 'oid', 'quoted'], longestCn: Infinity, linked: false },
  // It refuses a DN with numbers for types, and reads a quoted `"Say \"hi\""` as `Say \`.
  '389ds': { spellings: EVERYWHERE, longestCn: Infinity, linked: false },
  // It returns links in its own spelling.
  activedirectory: { spellings: ['plain', 'upper'], longestCn: 64, linked: true },
};

/** The properties of a dialect. */
export function customsOf({ dialect }: { readonly dialect: Dialect }): Customs {
  return CUSTOMS[dialect];
}

/** A valid cn; a shortened one ends with the number, which keeps it unique. */
export function fittingCn(cn: string, number: number, { longestCn }: Customs): string {
  if (cn.length <= longestCn) return cn;
  const end = ` ${number}`;
  let kept = '';
  // A part of a joined emoji would end with an invisible joiner, which no name may contain.
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(cn)) {
    if (kept.length + segment.length + end.length > longestCn) break;
    kept += segment;
  }
  return kept + end;
}
