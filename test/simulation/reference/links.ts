/** The links and DNs after a read. */
import { LOCAL } from '../world/scenario.ts';
import { isBelow, trueMembers, type View } from '../world/world.ts';
import type { Values } from './doubts.ts';
import type { Mapped, State } from './reference.ts';

/** People of mapped groups get the local user with their name, unless it is linked to another person (C5, C7). */
export function linksAfter({ links }: State, view: View, dns: readonly string[]): Map<string, string> {
  const after = new Map(links);
  const taken = new Set(links.values());
  const members = new Set(dns.flatMap(dn => [...trueMembers(view, dn)]));
  const isSole = (uid: string) =>
    [...view.people].filter(([dn, person]) => isBelow(dn, 'ou=people,dc=test') && person.uid === uid).length <
    2;
  for (const { id, uid, disabled } of view.people.values()) {
    if (id === '' || !members.has(id) || disabled || after.has(id) || taken.has(uid)) continue;
    if (LOCAL.some(name => name === uid) && isSole(uid)) after.set(id, uid);
  }
  return after;
}

/** The DNs of the linked people whom the groups name. */
export function placesAfter(
  { reads }: State,
  links: State['links'],
  values: readonly Values[],
): Map<string, string> {
  const places = new Map(reads.places);
  for (const [dn, { id, disabled }] of values.flatMap(({ people }) => people))
    if (links.has(id) && !disabled) places.set(id, dn);
  return places;
}

/** The people whose links a plan needs: all whom the groups name, and all members of their AccessGroups. */
export function loadedBy(
  { known, links }: State,
  mapped: Mapped,
  values: ReadonlyMap<string, Values>,
  only: string | undefined,
): Set<string> {
  const read = new Set(mapped.map(([, { id }]) => id));
  const members = new Set(
    [...known].flatMap(([id, { access }]) =>
      only === undefined || read.has(id) ? [...(access?.members ?? [])] : [],
    ),
  );
  return new Set([
    ...[...values.values()].flatMap(({ people }) => people.map(([, { id }]) => id)),
    ...[...links].flatMap(([id, username]) => (members.has(username) ? [id] : [])),
  ]);
}
