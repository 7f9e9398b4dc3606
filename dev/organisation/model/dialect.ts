/** What tells the directories of different makers apart, as far as an organisation has to be stored in them. */
import type { Spelling } from './dn.ts';

/** By the names that the product has for them. */
export type Dialect = 'openldap' | '389ds' | 'activedirectory';

export interface Customs {
  /** Ways to write a DN that leave its meaning alone there; what is to be written another way is written plainly. */
  readonly spellings: readonly Spelling[];
  /** UTF-16 code units that a cn may have. */
  readonly longestCn: number;
  /** Member values are links: they follow what they name, go away with it, and never name what is not there. */
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
  // It refuses a DN with numbers for types, and takes a quoted `"Say \"hi\""` for `Say \`.
  '389ds': { spellings: EVERYWHERE, longestCn: Infinity, linked: false },
  // It gives back links in a spelling of its own.
  activedirectory: { spellings: ['plain', 'upper'], longestCn: 64, linked: true },
};

/** The customs of a dialect. */
export function customsOf({ dialect }: { readonly dialect: Dialect }): Customs {
  return CUSTOMS[dialect];
}

/** A cn that fits; a shortened one ends in the number, which keeps it unique. */
export function fittingCn(cn: string, number: number, { longestCn }: Customs): string {
  if (cn.length <= longestCn) return cn;
  const end = ` ${number}`;
  let kept = '';
  // A part of a joined emoji would end in a joiner that is drawn as nothing, which no name may hold.
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(cn)) {
    if (kept.length + segment.length + end.length > longestCn) break;
    kept += segment;
  }
  return kept + end;
}
