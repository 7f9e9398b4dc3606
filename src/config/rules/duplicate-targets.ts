/** Finds mappings that lead to the same AccessGroup. */
import * as z from 'zod';
import { isFixed } from '../../mapping/template-problem.ts';
import type { Checks } from '../schema/injected-checks.ts';
import { itemsAt, keyText, type Path, type Place, type Problem } from '../schema/problem.ts';
import { flag } from '../schema/values.ts';
import { pick } from './pick.ts';

interface Target {
  readonly path: Path;
  readonly directory: number;
  readonly team: string;
  readonly name: string;
  readonly merge: boolean;
}

/**
 * Reports mappings with the same fixed team and name, which would conflict in every run. Within one directory, `merge:
 * true` on both allows it. Two directories can never share an AccessGroup.
 */
export function duplicateTargets(directories: readonly Place[], checks: Checks): Problem[] {
  const first = new Map<string, Target>();
  return directories.flatMap(({ value }, index) =>
    fixedTargets({ path: ['directories', index], value }, index, checks).flatMap(target => {
      const key = JSON.stringify([target.team, target.name]);
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, target);
      const fix = earlier === undefined ? undefined : remedy(earlier, target);
      if (earlier === undefined || fix === undefined) return [];
      const same = `maps to the AccessGroup "${target.name}" of team ${target.team}, as ${keyText(earlier.path)} does`;
      return { path: target.path, message: `${same}; ${fix}` };
    }),
  );
}

function remedy(earlier: Target, target: Target): string | undefined {
  if (earlier.directory !== target.directory)
    return 'an AccessGroup can have only one directory: use another name or team';
  return earlier.merge && target.merge ? undefined : 'use another name or team, or set merge: true in both';
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
