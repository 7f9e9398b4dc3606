/** Warnings about people who match the same local user, with their DNs, so that an administrator can resolve the conflict. */
import type { Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { looseKey } from '../../text/loose-key.ts';

/** Further conflicts are only listed among the unresolved members. */
const MAX_LINES = 20;
const MAX_DNS = 5;

interface Namesakes {
  readonly username: string;
  readonly dns: Set<string>;
}

/** Writes one line for all people who match one local user or have one username, if that makes one of them ambiguous. */
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
  const lines = [...groups.values()].slice(0, MAX_LINES).map(describe);
  const more = groups.size - lines.length;
  return more === 0 ? lines : [...lines, `ambiguous_user: ${more} more usernames`];
}

function describe({ username, dns }: Namesakes): string {
  const shown = [...dns]
    .sort()
    .slice(0, MAX_DNS)
    .map(dn => `"${dn}"`);
  const more = dns.size > shown.length ? ` and ${dns.size - shown.length} more` : '';
  const who = `${shown.join(', ')}${more}`;
  return dns.size === 1
    ? `ambiguous_user "${username}": several local users could be ${who}, or one that is linked to another entry`
    : `ambiguous_user "${username}": ${who} could be the same local user`;
}
