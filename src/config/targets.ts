/** Mappings that would all feed one AccessGroup. */
import * as z from 'zod';
import type { Checks } from './checks.ts';
import { pick } from './pick.ts';
import { itemsAt, keyText, type Path, type Place, type Problem } from './problem.ts';
import { isFixed } from './template.ts';
import { flag } from './values.ts';

interface Target {
  readonly path: Path;
  readonly directory: number;
  readonly team: string;
  readonly name: string;
  readonly merge: boolean;
}

/**
 * Two mappings with the same fixed team and name are a conflict that is certain before anything is read. Within one
 * directory `merge: true` on both allows it; two directories can never share an AccessGroup.
 */
export function duplicateTargets(directories: readonly Place[], checks: Checks): Problem[] {
  const first = new Map<string, Target>();
  return directories.flatMap(({ value }, index) =>
    fixedTargets({ path: ['directories', index], value }, index, checks).flatMap(target => {
      const key = JSON.stringify([target.team, target.name]);
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, target);
      const way = earlier === undefined ? undefined : wayOut(earlier, target);
      if (earlier === undefined || way === undefined) return [];
      const same = `leads to the AccessGroup "${target.name}" of team ${target.team}, as ${keyText(earlier.path)} does`;
      return { path: target.path, message: `${same}; ${way}` };
    }),
  );
}

function wayOut(earlier: Target, target: Target): string | undefined {
  if (earlier.directory !== target.directory)
    return 'an AccessGroup has one directory: give another name or team';
  return earlier.merge && target.merge ? undefined : 'give another name or team, or say merge: true in both';
}

function fixedTargets({ path, value }: Place, directory: number, { normaliseName }: Checks): Target[] {
  const shape = { team: z.string(), name: z.string(), merge: flag().default(false) };
  return itemsAt(value, ['mappings']).flatMap(mapping => {
    const found = pick(shape, mapping.value);
    const name = found === undefined ? undefined : normaliseName(found.name);
    if (found === undefined || name === undefined || !isFixed(found.team) || !isFixed(name)) return [];
    return { path: [...path, ...mapping.path], directory, team: found.team, name, merge: found.merge };
  });
}
