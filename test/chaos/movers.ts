/**
 * People and groups that move, are renamed or are created again during reads. The values of the groups follow at once,
 * so the directory always names the same people, except those who are created again with a new identity.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Attribute, Change, type Client } from 'ldapts';
import type { LdifEntry } from '../../dev/fake-ldap/tree/ldif.ts';
import { type Random, randomFrom } from '../../dev/organisation/generate/random.ts';
import { asAdmin } from '../../dev/servers/directory.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { groupEntry, personEntry } from '../support/given/company.ts';
import { uuid } from '../support/given/saved-plan.ts';

/** The last ones are created again. */
export const MOVERS = Array.from({ length: 24 }, (_, n) => `m${n}`);
const REBORN = 4;
const NOBODY = 'cn=nobody,dc=test';
const UNITS = ['ou=people,dc=test', 'ou=a,ou=people,dc=test', 'ou=b,ou=people,dc=test'];
const GROUP_UNITS = ['ou=groups,dc=test', 'ou=x,ou=groups,dc=test'];

interface Entry {
  /** Stays the same through all changes of the entry. */
  readonly name: string;
  /** The value in its RDN. */
  rdn: string;
  unit: string;
  readonly isGroup: boolean;
}

export interface Movers {
  /** By name of the mapped groups, the users who are always members. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  readonly entries: readonly LdifEntry[];
  /** Runs until the signal; returns the number of changes. */
  move(slapd: Slapd, signal: AbortSignal): Promise<number>;
}

/**
 * Mapped groups are identified by their description, because their names change. `plain` is one; `whole` contains the
 * nested ones.
 */
export function planMovers(seed: string): Movers {
  const random = randomFrom(`movers ${seed}`);
  const people = MOVERS.map((name, n): Entry => {
    return { name, rdn: name, unit: UNITS[n % UNITS.length] ?? '', isGroup: false };
  });
  const groups = ['plain', 'whole', 'nest0', 'nest1', 'nest2'].map((name, n): Entry => {
    return { name, rdn: name, unit: GROUP_UNITS[n % GROUP_UNITS.length] ?? '', isGroup: true };
  });
  const nested = groups.slice(2);
  const parts = new Map<string, readonly Entry[]>([
    ['plain', people.slice(0, 16)],
    ['whole', nested],
    ...nested.map(({ name }, n) => [name, people.slice(n * 8, n * 8 + 8)] as const),
  ]);
  const lasting = (of: readonly Entry[]) =>
    of.map(({ name }) => name).filter(name => MOVERS.indexOf(name) < MOVERS.length - REBORN);
  return {
    members: { plain: lasting(parts.get('plain') ?? []), whole: lasting(people) },
    entries: firstEntries(people, groups, parts),
    async move(slapd, signal) {
      let changes = 0;
      await asAdmin(slapd, async client => {
        for (; !signal.aborted; changes += 1) {
          await change(client, random, { people, groups, parts });
          await pause(random.below(6));
        }
      });
      return changes;
    },
  };
}

interface Scene {
  readonly people: readonly Entry[];
  readonly groups: readonly Entry[];
  readonly parts: ReadonlyMap<string, readonly Entry[]>;
}

function dnOf({ rdn, unit, isGroup }: Entry): string {
  return `${isGroup ? 'cn' : 'uid'}=${rdn},${unit}`;
}

function firstEntries(people: Scene['people'], groups: Scene['groups'], parts: Scene['parts']): LdifEntry[] {
  const units = [
    ...UNITS.slice(0, 1),
    ...GROUP_UNITS.slice(0, 1),
    ...UNITS.slice(1),
    ...GROUP_UNITS.slice(1),
  ];
  return [
    { dn: 'dc=test', attributes: { objectClass: ['organization', 'dcObject'], dc: ['test'], o: ['test'] } },
    ...units.map(dn => ({ dn, attributes: { objectClass: ['organizationalUnit'] } })),
    ...people.map(entry => ({ ...personEntry(entry.name), dn: dnOf(entry) })),
    ...groups.map((entry, n) => {
      const member = [NOBODY, ...(parts.get(entry.name) ?? []).map(dnOf)];
      const more = { member, description: [entry.name], entryUUID: [uuid(1001 + n)] };
      return { ...groupEntry(entry.name, [], more), dn: dnOf(entry) };
    }),
  ];
}

async function change(client: Client, random: Random, { people, groups, parts }: Scene): Promise<void> {
  const what = random.weighted([
    ['movePerson', 10],
    ['renamePerson', 3],
    ['bearAgain', 2],
    ['moveGroup', 4],
    ['renameGroup', 3],
    ['makeAgain', 2],
  ] as const);
  const lasting = people.slice(0, -REBORN);
  const holders = (entry: Entry) => groups.filter(({ name }) => parts.get(name)?.includes(entry));
  const relocate = async (entry: Entry, unit: string, rdn: string) => {
    const from = dnOf(entry);
    if (from === dnOf({ ...entry, unit, rdn })) return;
    await client.modifyDN(from, dnOf({ ...entry, unit, rdn }));
    Object.assign(entry, { unit, rdn });
    for (const holder of holders(entry)) await follow(client, holder, from, dnOf(entry));
  };
  const again = ({ name, rdn }: Entry) => (rdn === name ? `${name}-2` : name);
  if (what === 'movePerson') {
    const entry = random.pick(lasting);
    await relocate(entry, random.pick(UNITS), entry.rdn);
  } else if (what === 'renamePerson') {
    const entry = random.pick(lasting);
    await relocate(entry, entry.unit, again(entry));
  } else if (what === 'moveGroup') {
    const entry = random.pick(groups);
    await relocate(entry, random.pick(GROUP_UNITS), entry.rdn);
  } else if (what === 'renameGroup') {
    const entry = random.pick(groups);
    await relocate(entry, entry.unit, again(entry));
  } else if (what === 'bearAgain') {
    const entry = random.pick(people.slice(-REBORN));
    await client.del(dnOf(entry));
    const { attributes } = personEntry(entry.name);
    await client.add(dnOf(entry), asText(attributes));
  } else {
    // A nested group of the same name and members, with a new identity.
    const entry = random.pick(groups.slice(2));
    const member = [NOBODY, ...(parts.get(entry.name) ?? []).map(dnOf)];
    await client.del(dnOf(entry));
    await client.add(dnOf(entry), {
      objectClass: 'groupOfNames',
      cn: entry.rdn,
      description: entry.name,
      member,
    });
  }
}

function asText(attributes: LdifEntry['attributes']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, values.map(String)]));
}

/** Both in one operation: the value is never missing. */
async function follow(client: Client, holder: Entry, from: string, to: string): Promise<void> {
  const values = (dn: string) => new Attribute({ type: 'member', values: [dn] });
  await client.modify(dnOf(holder), [
    new Change({ operation: 'add', modification: values(to) }),
    new Change({ operation: 'delete', modification: values(from) }),
  ]);
}
