/** People of whom nobody can tell which local user they are, by name, so that a person can part them. */
import type { Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { looseKey } from './username.ts';

/** More than anybody reads; the others are among the unresolved members. */
const TOLD = 20;
const DNS_TOLD = 5;

interface Namesakes {
  readonly username: string;
  readonly dns: Set<string>;
}

/** A line for all who claim one local user, or bear one username, where one of them is in doubt because of it. */
export function* namesakeWarnings(
  { users }: Snapshot,
  reasons: ReadonlyMap<number, string>,
  possible: ReadonlyMap<number, readonly number[]>,
): Steps<string[]> {
  const groups = new Map<string, Namesakes>();
  const byName = new Map<string, Namesakes>();
  yield* each(reasons, ([ordinal, reason]) => {
    const person = users[ordinal];
    if (reason !== 'ambiguous_user' || person === undefined) return;
    const name = looseKey(person.username) ?? '';
    const key = String(possible.get(ordinal)?.[0] ?? `name ${name}`);
    const group = groups.get(key) ?? { username: person.username ?? '', dns: new Set() };
    group.dns.add(person.dn);
    groups.set(key, group);
    if (name !== '') byName.set(name, group);
  });
  if (groups.size === 0) return [];
  yield* each(users, person => {
    byName.get(looseKey(person.username) ?? '')?.dns.add(person.dn);
  });
  const lines = [...groups.values()].slice(0, TOLD).map(describe);
  const more = groups.size - lines.length;
  return more === 0 ? lines : [...lines, `ambiguous_user: ${more} more such names`];
}

function describe({ username, dns }: Namesakes): string {
  const told = [...dns]
    .sort()
    .slice(0, DNS_TOLD)
    .map(dn => `"${dn}"`);
  const more = dns.size > told.length ? ` and ${dns.size - told.length} more` : '';
  const who = `${told.join(', ')}${more}`;
  return dns.size === 1
    ? `ambiguous_user "${username}": several local users could be ${who}, or one that is linked to another entry`
    : `ambiguous_user "${username}": ${who} could be the same local user`;
}
