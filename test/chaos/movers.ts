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

interface Place {
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
  const people = MOVERS.map((name, n): Place => {
    return { name, rdn: name, unit: UNITS[n % UNITS.length] ?? '', isGroup: false };
  });
  const groups = ['plain', 'whole', 'nest0', 'nest1', 'nest2'].map((name, n): Place => {
    return { name, rdn: name, unit: GROUP_UNITS[n % GROUP_UNITS.length] ?? '', isGroup: true };
  });
  const nested = groups.slice(2);
  const parts = new Map<string, readonly Place[]>([
    ['plain', people.slice(0, 16)],
    ['whole', nested],
    ...nested.map(({ name }, n) => [name, people.slice(n * 8, n * 8 + 8)] as const),
  ]);
  const lasting = (of: readonly Place[]) =>
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
  readonly people: readonly Place[];
  readonly groups: readonly Place[];
  readonly parts: ReadonlyMap<string, readonly Place[]>;
}

function dnOf({ rdn, unit, isGroup }: Place): string {
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
    ...people.map(place => ({ ...personEntry(place.name), dn: dnOf(place) })),
    ...groups.map((place, n) => {
      const member = [NOBODY, ...(parts.get(place.name) ?? []).map(dnOf)];
      const more = { member, description: [place.name], entryUUID: [uuid(1001 + n)] };
      return { ...groupEntry(place.name, [], more), dn: dnOf(place) };
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
  const holders = (place: Place) => groups.filter(({ name }) => parts.get(name)?.includes(place));
  const relocate = async (place: Place, unit: string, rdn: string) => {
    const from = dnOf(place);
    if (from === dnOf({ ...place, unit, rdn })) return;
    await client.modifyDN(from, dnOf({ ...place, unit, rdn }));
    Object.assign(place, { unit, rdn });
    for (const holder of holders(place)) await follow(client, holder, from, dnOf(place));
  };
  const again = ({ name, rdn }: Place) => (rdn === name ? `${name}-2` : name);
  if (what === 'movePerson') {
    const place = random.pick(lasting);
    await relocate(place, random.pick(UNITS), place.rdn);
  } else if (what === 'renamePerson') {
    const place = random.pick(lasting);
    await relocate(place, place.unit, again(place));
  } else if (what === 'moveGroup') {
    const place = random.pick(groups);
    await relocate(place, random.pick(GROUP_UNITS), place.rdn);
  } else if (what === 'renameGroup') {
    const place = random.pick(groups);
    await relocate(place, place.unit, again(place));
  } else if (what === 'bearAgain') {
    const place = random.pick(people.slice(-REBORN));
    await client.del(dnOf(place));
    const { attributes } = personEntry(place.name);
    await client.add(dnOf(place), asText(attributes));
  } else {
    // A nested group of the same name and members, with a new identity.
    const place = random.pick(groups.slice(2));
    const member = [NOBODY, ...(parts.get(place.name) ?? []).map(dnOf)];
    await client.del(dnOf(place));
    await client.add(dnOf(place), {
      objectClass: 'groupOfNames',
      cn: place.rdn,
      description: place.name,
      member,
    });
  }
}

function asText(attributes: LdifEntry['attributes']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, values.map(String)]));
}

/** Both in one operation: the value is never missing. */
async function follow(client: Client, holder: Place, from: string, to: string): Promise<void> {
  const values = (dn: string) => new Attribute({ type: 'member', values: [dn] });
  await client.modify(dnOf(holder), [
    new Change({ operation: 'add', modification: values(to) }),
    new Change({ operation: 'delete', modification: values(from) }),
  ]);
}
