/**
 * Suggests a mapping name that makes the names of conflicting groups differ. Every suggestion is tried on these groups first.
 */

import { looseKey } from '../text/loose-key.ts';
import { partsOf } from './fill-template.ts';

/** The levels above usually do not differ. */
const LEVELS = 5;

/** Returns the template with the smallest prefix from the DNs that makes the names differ; undefined: no prefix does. */
export function distinguishingTemplate(template: string, dns: readonly string[]): string | undefined {
  const units = dns.map(dn => partsOf(dn, 'ou'));
  const works = (levels: readonly number[]) => {
    const names = units.map(parts => levels.map(level => parts[level]));
    if (names.some(name => name.includes(undefined))) return false;
    return new Set(names.map(name => looseKey(name.join('-')))).size === dns.length;
  };
  const levels = levelChoices().find(works);
  if (levels === undefined || dns.length < 2) return undefined;
  return [...levels.map(level => (level === 0 ? '{dn.ou}' : `{dn.ou[${level}]}`)), template].join('-');
}

/** Lists the levels to try: each level of a DN, the nearest first, then each pair with the upper level first. */
function levelChoices(): number[][] {
  const levels = Array.from({ length: LEVELS }, (_, level) => level);
  const pairs = levels.flatMap(lower => levels.filter(upper => upper > lower).map(upper => [upper, lower]));
  return [...levels.map(level => [level]), ...pairs];
}
