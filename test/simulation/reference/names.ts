/** Names are unique in a team. A group keeps its name, and the order of groups does not decide (A10 to A19). */
import { accessName } from '../../../dev/organisation/truth/access-name.ts';
import { type Scenario, UNITS, wantedName } from '../world/scenario.ts';
import { isBelow, type View } from '../world/world.ts';
import type { Mapped, State } from './reference.ts';

/** The names of the groups after the run, by identity; groups that cannot have an AccessGroup are left out. */
export function assignNames(
  { known, manual }: State,
  wishes: ReadonlyMap<string, string>,
): Map<string, string> {
  const before = new Map(
    [...known].flatMap(([id, { access }]) => (access ? [[id, access.name] as const] : [])),
  );
  const names = new Map([...before].map(([id, name]) => [id, wishes.get(id) ?? name]));
  for (let settled = false; !settled; ) {
    const bearers = tally([...names.values(), ...manual.keys()]);
    settled = true;
    for (const [id, name] of names) {
      const old = before.get(id);
      if (old === undefined || old === name || bearers.get(name) === 1) continue;
      names.set(id, old);
      settled = false;
    }
  }
  const fresh = [...wishes].filter(([id]) => !before.has(id));
  const bearers = tally([...names.values(), ...manual.keys(), ...fresh.map(([, name]) => name)]);
  for (const [id, name] of fresh) if (bearers.get(name) === 1) names.set(id, name);
  return names;
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The desired name of each mapped group; the former DN of a deleted group does not matter (B4). */
export function wishesOf(
  before: State,
  view: View,
  mapped: Mapped,
  { name }: Scenario,
  whole: boolean,
): Map<string, string> {
  const read = new Set([...view.groups].filter(([dn]) => isBelow(dn, UNITS[0])).map(([, { id }]) => id));
  const vacated = new Set(
    [...before.known]
      .filter(([id, { access }]) => whole && access !== undefined && !read.has(id))
      .map(([, { dn }]) => dn),
  );
  const wishes = new Map<string, string>();
  for (const [dn, { id, cn }] of mapped) {
    const wanted = accessName(wantedName(name, cn), id);
    const isReborn = before.known.get(id)?.access === undefined && vacated.has(dn);
    const isFrozen = before.known.get(id)?.frozen ?? false;
    if (wanted !== undefined && !isReborn && !isFrozen) wishes.set(id, wanted);
  }
  return wishes;
}
