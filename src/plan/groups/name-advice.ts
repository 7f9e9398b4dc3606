/** A name for a mapping that tells groups apart which want one name now: tried on these groups before it is advised. */
import { partsOf } from '../../mapping/fill-template.ts';
import { looseKey } from '../people/username.ts';

/** Further up, all groups have the same. */
const LEVELS = 5;

/** The template with as little of their DNs before it as makes different names; undefined where nothing does. */
export function distinguishingTemplate(template: string, dns: readonly string[]): string | undefined {
  const units = dns.map(dn => partsOf(dn, 'ou'));
  const works = (levels: readonly number[]) => {
    const names = units.map(parts => levels.map(level => parts[level]));
    if (names.some(name => name.includes(undefined))) return false;
    return new Set(names.map(name => looseKey(name.join('-')))).size === dns.length;
  };
  const levels = combinations().find(works);
  if (levels === undefined || dns.length < 2) return undefined;
  return [...levels.map(level => (level === 0 ? '{dn.ou}' : `{dn.ou[${level}]}`)), template].join('-');
}

/** One level of a DN, the nearest first; then two of them, the upper one first, as paths are read. */
function combinations(): number[][] {
  const levels = Array.from({ length: LEVELS }, (_, level) => level);
  const pairs = levels.flatMap(lower => levels.filter(upper => upper > lower).map(upper => [upper, lower]));
  return [...levels.map(level => [level]), ...pairs];
}
