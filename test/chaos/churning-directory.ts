/**
 * The directory during the churn. Every change keeps one true state of each person and group, so a read during the
 * change is true, too.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Attribute, Change, Client, ResultCodeError } from 'ldapts';
import type { LdifEntry } from '../../dev/fake-ldap/tree/ldif.ts';
import { type Random, randomFrom } from '../../dev/organisation/generate/random.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { groupDn, groupEntry, personDn, personEntry } from '../support/given/company.ts';
import { uuid } from '../support/given/saved-plan.ts';
import { createTimeline, type Timeline, type Truth } from './timeline.ts';

export const PEOPLE = Array.from({ length: 60 }, (_, n) => `p${n}`);
const PLAIN = 24;
/** Nested groups. No user is in two of them, because a move between them could look like an absence. */
const HELD = 4;
const NOBODY = 'cn=nobody,dc=test';
/** The only member of a group by username, so a second entry with this username puts the membership in doubt. */
export const TWIN = 'twin';
const TWINS_GROUP = { id: uuid(3002), name: 'by-name', members: new Set([TWIN]) };
/** Has the name of a manual group, so it gets no AccessGroup. */
export const HANDMADE = 'handmade';

interface Group {
  readonly id: string;
  name: string;
  readonly members: Set<string>;
}

interface Named {
  readonly name: string;
  readonly members: ReadonlySet<string>;
}

export interface ChurningDirectory {
  readonly timeline: Timeline;
  /** Names and members of the present groups by identity, without the group that has the name of a manual one. */
  groups(): ReadonlyMap<string, Named>;
  /** Changes the directory until the signal, and returns the number of changes. */
  churn(signal: AbortSignal): Promise<number>;
}

const plain = Array.from(
  { length: PLAIN },
  (_, n): Group => ({ id: uuid(1000 + n), name: `g${n}`, members: new Set(PEOPLE.slice(n, n + 12)) }),
);
const held = Array.from(
  { length: HELD },
  (_, n): Group => ({ id: uuid(2000 + n), name: `held${n}`, members: new Set(poolOf(n).slice(0, 8)) }),
);

function poolOf(n: number): string[] {
  return PEOPLE.filter((_, at) => at % HELD === n);
}

/** The entries of the directory at the start. */
export function firstEntries(): LdifEntry[] {
  const unit = (ou: string): LdifEntry => ({
    dn: `ou=${ou},dc=test`,
    attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
  });
  const entry = ({ id, name, members }: Group, more: readonly string[] = []): LdifEntry => {
    const member = [NOBODY, ...more, ...[...members].map(uid => personDn(uid))];
    return groupEntry(name, [], { member, entryUUID: [id] });
  };
  return [
    { dn: 'dc=test', attributes: { objectClass: ['organization', 'dcObject'], dc: ['test'], o: ['test'] } },
    unit('people'),
    unit('groups'),
    ...PEOPLE.map(uid => personEntry(uid)),
    ...plain.map(group => entry(group)),
    ...held.map(group => entry(group)),
    entry(
      { id: uuid(3000), name: 'everybody-held', members: new Set() },
      held.map(({ name }) => groupDn(name)),
    ),
    personEntry(TWIN),
    {
      dn: groupDn(TWINS_GROUP.name),
      attributes: {
        objectClass: ['posixGroup'],
        cn: [TWINS_GROUP.name],
        gidNumber: ['7'],
        memberUid: [TWIN],
        entryUUID: [TWINS_GROUP.id],
      },
    },
    entry({ id: uuid(3001), name: HANDMADE, members: new Set(['p1', 'p2']) }),
  ];
}

/** The directory in the state of `firstEntries`. */
export function openChurningDirectory(slapd: Slapd, seed: string): ChurningDirectory {
  const random = randomFrom(`churn ${seed}`);
  const timeline = createTimeline();
  const groups = new Map(
    [...plain, ...held].map(({ id, name, members }) => [id, { id, name, members: new Set(members) }]),
  );
  let born = PLAIN;
  const truth = (): Truth => {
    const all = new Set(held.flatMap(({ id }) => [...(groups.get(id)?.members ?? [])]));
    return new Map([
      ...[...groups].map(([id, { members }]) => [id, new Set(members)] as const),
      [uuid(3000), all],
      [TWINS_GROUP.id, TWINS_GROUP.members],
    ]);
  };
  timeline.record(truth(), 0, 0);

  /** One change, repeated while the server is unavailable. */
  async function change(signal: AbortSignal): Promise<void> {
    const from = Date.now();
    const decided = decide(random, groups, () => `g${born++}`);
    let id: string | undefined;
    await insisting(slapd, signal, async client => {
      id = await decided.operation(client);
    });
    decided.done(id);
    timeline.record(truth(), from, Date.now());
  }

  return {
    timeline,
    groups() {
      const all = { name: 'everybody-held', members: truth().get(uuid(3000)) ?? new Set<string>() };
      return new Map<string, Named>([...groups, [uuid(3000), all], [TWINS_GROUP.id, TWINS_GROUP]]);
    },
    async churn(signal) {
      let changes = 0;
      for (; !signal.aborted; changes++) {
        // A started change is completed, because the final state must be known.
        await change(AbortSignal.timeout(60_000));
        await pause(40 + random.below(120));
      }
      return changes;
    },
  };
}

interface Decided {
  /** Repeated until it is answered; returns the identity of the new entry. */
  operation(client: Client): Promise<string | undefined>;
  /** Makes the same change in the model. */
  done(id: string | undefined): void;
}

function decide(random: Random, groups: Map<string, Group>, newName: () => string): Decided {
  const what = random.weighted([
    ['join', 10],
    ['leave', 8],
    ['rename', 2],
    ['delete', 1],
    ['create', 1],
  ] as const);
  const free = [...groups.values()].filter(({ name }) => !name.startsWith('held'));
  if (what === 'create' || free.length < 10) return create(newName(), random.sample(PEOPLE, 6), groups);
  if (what === 'rename') return rename(random.pick(free), newName());
  if (what === 'delete') return remove(random.pick(free), groups);
  const group = random.pick([...groups.values()]);
  const at = held.findIndex(({ id }) => id === group.id);
  const person = random.pick(at < 0 ? PEOPLE : poolOf(at));
  // The last members stay, so that no group is held for being emptied.
  const isLeaving = group.members.has(person) && group.members.size > 2;
  return isLeaving ? member(group, person, 'delete') : member(group, person, 'add');
}

function member(group: Group, person: string, operation: 'add' | 'delete'): Decided {
  const modification = new Attribute({ type: 'member', values: [personDn(person)] });
  return {
    operation: async client => {
      await tolerant(client.modify(groupDn(group.name), new Change({ operation, modification })), [16, 20]);
      return undefined;
    },
    done: () => void (operation === 'add' ? group.members.add(person) : group.members.delete(person)),
  };
}

function rename(group: Group, name: string): Decided {
  return {
    operation: async client => {
      await tolerant(client.modifyDN(groupDn(group.name), groupDn(name)), [32]);
      return undefined;
    },
    done: () => {
      group.name = name;
    },
  };
}

function remove(group: Group, groups: Map<string, Group>): Decided {
  return {
    operation: async client => {
      await tolerant(client.del(groupDn(group.name)), [32]);
      return undefined;
    },
    done: () => void groups.delete(group.id),
  };
}

function create(name: string, people: readonly string[], groups: Map<string, Group>): Decided {
  const member = [NOBODY, ...people.map(uid => personDn(uid))];
  return {
    async operation(client) {
      await tolerant(client.add(groupDn(name), { objectClass: 'groupOfNames', cn: name, member }), [68]);
      const { searchEntries } = await client.search(groupDn(name), {
        scope: 'base',
        attributes: ['entryUUID'],
      });
      return String(searchEntries[0]?.['entryUUID']);
    },
    done: (id = '') => void groups.set(id, { id, name, members: new Set(people) }),
  };
}

/** With these codes, an earlier attempt whose answer was lost has succeeded. */
async function tolerant(work: Promise<unknown>, codes: readonly number[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ResultCodeError) || !codes.includes(error.code)) throw error;
  }
}

async function insisting(
  { url, adminDn, adminPassword }: Slapd,
  signal: AbortSignal,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  for (;;) {
    const client = new Client({ url, connectTimeout: 1_000, timeout: 5_000 });
    try {
      await client.bind(adminDn, adminPassword);
      return await work(client);
    } catch (error) {
      if (signal.aborted || error instanceof ResultCodeError) throw error;
      await pause(50);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }
}
