/** The history of the sample organisation: people are added and removed, and one mistake is made. */
import { z } from 'zod';
import type { LdapServer } from '../fake-ldap/server/server.ts';

const run = z.object({ id: z.int(), status: z.string() });
const waiting = z.object({ items: z.array(z.object({ digest: z.string() })) });

const GROUPS = 'ou=groups,dc=halyard,dc=example';
export const group = (name: string, unit: string) => `cn=${name},ou=${unit},${GROUPS}`;
export const person = (uid: string) => `uid=${uid},ou=people,dc=halyard,dc=example`;

export const API_GROUP = group('eng-api', 'engineering');

export interface History {
  /** The held run. */
  readonly held: number;
  /** The digest of what it holds. */
  readonly digest: string;
  readonly runs: number;
}

/** Requests one run after each change and waits for its end. */
export async function liveAWhile(url: string, token: string, ldap: LdapServer): Promise<History> {
  const sync = () => syncOnce(url, token);
  await sync();
  let runs = 1;
  for (const [dn, uid, joins] of CHANGES) {
    ldap.modify(dn, joins ? { add: { member: [person(uid)] } } : { delete: { member: [person(uid)] } });
    await sync();
    runs += 1;
  }
  // Her identity becomes unreadable, so that she is in doubt.
  ldap.modify(person('akira'), { replace: { entryUUID: [] } });
  // An administrator empties the group that contains all others.
  ldap.modify(group('ops-ferries', 'operations'), { replace: { member: [person('captain.byrne')] } });
  const held = await sync();
  const answer = await fetch(`${url}/api/waiting`, { headers: { authorization: `Bearer ${token}` } });
  const [plan] = waiting.parse(await answer.json()).items;
  return { held, digest: plan?.digest ?? '', runs: runs + 1 };
}

/** Group, person, added or removed. */
const CHANGES: readonly (readonly [string, string, boolean])[] = [
  [group('eng-web', 'engineering'), 'kwame', true],
  [group('eng-charts', 'engineering'), 'sven', false],
  [group('ops-lighthouses', 'operations'), 'iona', true],
  [group('eng-reliability', 'engineering'), 'mei', true],
  [group('eng-web', 'engineering'), 'duncan', false],
  [group('sales-freight', 'sales'), 'akira', true],
  [API_GROUP, 'farid', true],
  [group('ops-bridge-watch', 'operations'), 'helle', true],
  [group('eng-oncall', 'engineering'), 'noor', true],
  [group('eng-charts', 'engineering'), 'theo', true],
  [group('sales-freight', 'sales'), 'luca', true],
];

/** Requests a run, waits for its end, and returns its number. */
export async function syncOnce(url: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}${path}`, { headers, ...init });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return run.parse(await answer.json());
  };
  const { id } = await ask('/api/runs', { method: 'POST', body: JSON.stringify({ directory: 'sample' }) });
  for (;;) {
    const { status } = await ask(`/api/runs/${id}`);
    if (!['queued', 'reading', 'planning', 'applying'].includes(status)) return id;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
