/** An in-process directory, its real read and real plan, and an application in memory. */
import type { Fault } from '../../../dev/fake-ldap/server/fault.ts';
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError, NotFoundError } from '../../../src/errors.ts';
import { planRead } from '../../../src/jobs/planning/plan-directory.ts';
import type { ReadDirectory, ReadOptions } from '../../../src/jobs/planning/plan-ports.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { MappedEntries } from '../../../src/model/read-targets.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { prepare } from '../../../src/plan/lookup-request.ts';
import { openQuestion } from '../../../src/plan/open-question.ts';
import { hasAllMapped } from '../../../src/plan/sets/coverage.ts';
import { finish } from '../../../src/steps/steps.ts';
import { directory } from '../../support/given/values.ts';
import { type Application, applied, asLoaded, emptyApplication } from './application.ts';
import { after, type Change } from './changes.ts';
import { type Doubt, faultOf, livePages, noMarker, subjectOf } from './doubts.ts';
import {
  ACCOUNT,
  allIn,
  dnOf,
  entriesOf,
  entryOf,
  type Group,
  type Organisation,
  type Person,
} from './organisation.ts';

export interface Moment {
  /** Before the answer to the search with that number. */
  readonly at: number;
  readonly change: Change;
}

export interface Run {
  readonly doubts: readonly Doubt[];
  readonly moments: readonly Moment[];
  /** Reads only the group with that number. */
  readonly only?: number | undefined;
  /** Begins with a read of the mapped groups alone. */
  readonly mapped?: boolean;
}

/** The data to judge one run. */
export interface Played {
  /** The organisation before it, and after each change during it. */
  readonly organisations: readonly Organisation[];
  /** Ids of the entries that were hidden. */
  readonly hidden: ReadonlySet<number>;
  readonly doubts: readonly { readonly kind: Doubt['kind']; readonly subject: Person | Group | string }[];
  readonly before: Application;
  readonly after: Application;
  readonly plan: Plan;
  readonly whole: boolean;
  /** Only the mapped groups were read. */
  readonly mapped: boolean;
  /** The id of the only group that was read. */
  readonly only: number | undefined;
  readonly searches: number;
}

export interface World extends AsyncDisposable {
  readonly server: LdapServer;
  organisation: Organisation;
  application: Application;
  marked: boolean;
  begin(organisation: Organisation, options?: { readonly marked?: boolean }): void;
  change(change: Change): void;
  become(organisation: Organisation): void;
  /** undefined: the directory could not be read. */
  run(run: Run): Promise<Played | undefined>;
}

/** A group that cannot be read completely is treated like a hidden one. */
const HIDING: readonly string[] = ['entry', 'group', 'filterOfPerson', 'filterAndId', 'filterOfGroup'];
/** The entries of an organisation. */
export const FILTERS = {
  users: '(&(objectClass=inetOrgPerson)(description=staff))',
  groups: '(&(objectClass=groupOfNames)(description=access))',
};
const NEVER = { percent: 100, count: 1_000_000 };
const PEOPLE = 9;

/** @param addressOf how the server is reached */
export async function openWorld(
  more: Partial<DirectorySettings> = {},
  addressOf: (server: LdapServer) => Promise<string> = async ({ url }) => url,
): Promise<World> {
  let searches = 0;
  let waiting: Moment[] = [];
  const server = await startLdapServer({
    entries: entriesOf({ people: [], groups: [], ghosts: [] }),
    accounts: [ACCOUNT],
    onRequest: ({ op }) => {
      if (op !== 'search') return;
      searches += 1;
      const due = waiting.filter(({ at }) => at <= searches);
      waiting = waiting.filter(moment => !due.includes(moment));
      for (const { change } of due) become(after(world.organisation, change));
    },
  });
  let organisations: Organisation[] = [];
  const { users, groups } = directory();
  const settings = directory({
    users: { ...users, filter: FILTERS.users },
    groups: { ...groups, filter: FILTERS.groups },
    urls: [await addressOf(server)],
    pageSize: 2,
    guard: { memberRemovals: NEVER, groupMemberRemovals: NEVER, groupRemovals: NEVER },
    ...more,
  });
  function become(now: Organisation): void {
    if (now === world.organisation) return;
    show(server, world.organisation, now);
    world.organisation = now;
    organisations.push(now);
  }
  const world: World = {
    server,
    organisation: { people: [], groups: [], ghosts: [] },
    application: emptyApplication(PEOPLE),
    marked: true,
    begin(organisation, { marked = true } = {}) {
      server.heal();
      server.load(entriesOf(organisation));
      Object.assign(world, { organisation, marked, application: emptyApplication(PEOPLE) });
    },
    change: change => become(after(world.organisation, change)),
    become,
    async run({ doubts, moments, only, mapped = false }) {
      server.heal();
      const subjects = doubts.flatMap(doubt => {
        const subject = subjectOf(world.organisation, doubt);
        return subject === undefined ? [] : [{ kind: doubt.kind, subject, doubt }];
      });
      const faults: Fault[] = subjects.map(({ subject, doubt }) =>
        faultOf(subject, doubt, () => world.organisation),
      );
      for (const fault of [
        livePages(() => world.organisation),
        ...faults,
        ...(world.marked ? [] : [noMarker]),
      ])
        server.inject(fault);
      const hidden = new Set<number>(
        subjects.flatMap(({ kind, subject }) =>
          HIDING.includes(kind) && typeof subject !== 'string' ? [subject.id] : [],
        ),
      );
      organisations = [world.organisation];
      searches = 0;
      waiting = [...moments];
      const before = world.application;
      const sole = groupAt(world.organisation, only);
      const planned = await tryPlan(world, settings, { group: sole && dnOf(sole), mapped });
      const made = searches;
      for (const { change } of waiting.splice(0)) become(after(world.organisation, change));
      if (planned === undefined) return undefined;
      const { whole, allMapped = false } = planned.snapshot;
      world.application = applied(before, planned.plan, hasAllMapped(planned.snapshot));
      return {
        organisations,
        hidden,
        doubts: subjects,
        before,
        after: world.application,
        plan: planned.plan,
        whole,
        mapped: allMapped,
        only: sole?.id,
        searches: made,
      };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
  return world;
}

function groupAt({ groups }: Organisation, at: number | undefined): Group | undefined {
  return at === undefined ? undefined : groups[at % Math.max(1, groups.length)];
}

async function tryPlan(
  world: World,
  settings: DirectorySettings,
  { group, mapped }: { readonly group: string | undefined; readonly mapped: boolean },
) {
  const read: ReadDirectory = (asked, options) => readDirectory(asked, { ...options, pause: async () => {} });
  const planFrom = async (options: ReadOptions) => {
    const snapshot = await read(settings, options);
    const prepared = finish(prepare(snapshot, settings));
    const current = asLoaded(world.application, prepared.wanted);
    return await planRead(read, { snapshot, prepared, current, settings });
  };
  try {
    if (group !== undefined) return await planFrom({ group });
    const isRead = world.application.state.groups.length > 0;
    const first = await planFrom(mapped && isRead ? { mapped: mappedOf(world.application) } : {});
    const isOpen = first.snapshot.allMapped === true && openQuestion(first) !== undefined;
    return isOpen ? await planFrom({}) : first;
  } catch (error) {
    if (error instanceof DirectoryError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function mappedOf({ state: { groups, links } }: Application): MappedEntries {
  return {
    limit: 1_000_000,
    known: async () =>
      groups.flatMap(({ externalId, accessGroupId }) => (accessGroupId === undefined ? [] : [externalId])),
    linked: async people =>
      new Map(
        links
          .filter(({ externalId }) => people.includes(externalId))
          .map(({ externalId, dn, username = null }) => [externalId, { dn, username }]),
      ),
  };
}

/** Replaces the entries of a server by those of another organisation. */
function show(
  server: Pick<LdapServer, 'add' | 'modify' | 'delete' | 'rename'>,
  before: Organisation,
  now: Organisation,
): void {
  const old = new Map(allIn(before).map(entry => [entry.id, entry]));
  const entries = allIn(now);
  const ids = new Set(entries.map(({ id }) => id));
  for (const [id, entry] of old) if (!ids.has(id)) server.delete(dnOf(entry));
  for (const entry of entries) {
    const known = old.get(entry.id);
    if (known === undefined) server.add(entryOf(entry));
    else if (dnOf(known) !== dnOf(entry)) server.rename(dnOf(known), dnOf(entry));
    if (known !== undefined && known !== entry)
      server.modify(dnOf(entry), { replace: entryOf(entry).attributes });
  }
}
