/** The linear algorithms give the same results as the slow reference versions in this file (G24). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessGroup, CurrentState, ManagedGroup, OwnedTeam } from '../../src/model/current.ts';
import type { GroupChange } from '../../src/model/plan.ts';
import type { IdSet } from '../../src/model/snapshot.ts';
import { assignNames, type NameRequest } from '../../src/plan/groups/assign-names.ts';
import { keepLastOwners } from '../../src/plan/people/last-owner.ts';
import { difference, EMPTY, idSet } from '../../src/plan/sets/id-set.ts';
import { current } from '../support/given/current.ts';

const keyOf = (teamId: number, name: string) => `${teamId}/${name}`;

function stuckByFixpoint(requests: readonly NameRequest[], taken: readonly AccessGroup[]): Set<NameRequest> {
  const owners = new Map(taken.map(group => [keyOf(group.teamId, group.name), group]));
  const renames = requests.filter(
    request => request.holder !== undefined && request.holder.name !== request.name,
  );
  const wanted = Map.groupBy(renames, request => keyOf(request.teamId, request.name));
  const stuck = new Set<NameRequest>();
  const leaving = new Map(renames.map(request => [request.holder?.id, request]));
  for (const rivals of wanted.values())
    if (rivals.length > 1) for (const request of rivals) stuck.add(request);
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size;
    for (const request of renames) {
      const owner = owners.get(keyOf(request.teamId, request.name));
      const departure = owner === undefined ? undefined : leaving.get(owner.id);
      if (owner !== undefined && (departure === undefined || stuck.has(departure))) stuck.add(request);
    }
  }
  return stuck;
}

function lastOwnerByFilter({ teamId, ineligible }: OwnedTeam, changes: GroupChange[], state: CurrentState) {
  const out = idSet([...ineligible, ...(state.inactive ?? [])]);
  const slug = state.teams.find(team => team.id === teamId)?.slug;
  const ofTeam = new Map(
    changes.filter(change => change.team === slug).map(change => [change.accessGroupId, change]),
  );
  const groups = state.managed.filter(group => group.teamId === teamId);
  const owns = (set: IdSet) => difference(set, out).length > 0;
  const created = changes.filter(
    change => change.kind === 'create' && change.team === slug && change.type === 0,
  );
  if (created.some(change => owns(change.desired))) return undefined;
  if (groups.some(group => owns(ownersAfter(group, ofTeam.get(group.id))))) return undefined;
  const candidates = groups.flatMap(group => {
    const change = group.type === 0 ? ofTeam.get(group.id) : undefined;
    const [user] = change === undefined ? [] : difference(change.remove, out);
    return change === undefined || user === undefined ? [] : [{ change, user }];
  });
  return candidates.toSorted((one, other) => one.user - other.user)[0];
}

function ownersAfter(group: ManagedGroup, change: GroupChange | undefined): IdSet {
  if ((change?.setType ?? group.type) !== 0) return EMPTY;
  return change === undefined || change.kind === 'unknown' ? group.members : change.desired;
}

const group = (id: number, teamId: number, more: Partial<ManagedGroup>): ManagedGroup => ({
  id,
  teamId,
  name: `g${id}`,
  type: 0,
  managed: true,
  members: EMPTY,
  projects: [],
  ...more,
});

describe('linear algorithms', () => {
  it('keep the same names when renames wait for each other (G24)', () => {
    const name = fc.integer({ min: 0, max: 9 }).map(n => `n${n}`);
    const row = fc.record({ team: fc.constantFrom(1, 2), name, to: fc.option(name), managed: fc.boolean() });
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { selector: ({ team, name }) => keyOf(team, name), maxLength: 20 }),
        rows => {
          const taken = rows.map(({ team, name, managed }, n) => ({
            id: n + 1,
            teamId: team,
            name,
            type: 50,
            managed,
          }));
          const requests = taken.flatMap((holder, n): NameRequest[] => {
            const to = rows[n]?.to ?? holder.name;
            return holder.managed ? [{ teamId: holder.teamId, name: to, holder }] : [];
          });
          const stuck = stuckByFixpoint(requests, taken);
          const named = assignNames(requests, taken);
          expect(named.map(({ problem }) => problem)).toEqual(
            requests.map(request => (stuck.has(request) ? 'rename_conflict' : undefined)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('withhold the removal of the same last owners (G24)', () => {
    const users = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }).map(idSet);
    const row = fc.record({
      team: fc.integer({ min: 1, max: 3 }),
      type: fc.constantFrom(0, 50),
      members: users,
      desired: users,
      change: fc.constantFrom('none', 'update', 'create', 'unknown', 'retire'),
    });
    const owned = fc.uniqueArray(fc.record({ teamId: fc.integer({ min: 1, max: 4 }), ineligible: users }), {
      selector: team => team.teamId,
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), owned, users, (rows, ownedTeams, inactive) => {
        const made = rows.map((each, n) => ({ ...each, id: each.change === 'create' ? undefined : n + 1 }));
        const state = current({
          teams: [1, 2, 3].map(id => ({ id, slug: `t${id}`, projects: [] })),
          managed: made.flatMap(({ id, team, type, members }) =>
            id === undefined ? [] : [group(id, team, { type, members })],
          ),
          ownedTeams,
          inactive,
        });
        const changes = made.flatMap(({ id, team, type, members, desired, change }): GroupChange[] => {
          if (change === 'none') return [];
          const kind = change === 'update' || change === 'create' || change === 'retire' ? change : 'unknown';
          const sets = { desired, add: difference(desired, members), remove: difference(members, desired) };
          const start = {
            sources: [],
            dn: '',
            mapping: 0,
            accessGroupId: id,
            team: `t${team}`,
            name: 'g',
            type,
          };
          return [kind === 'unknown' ? { ...start, kind, ...NOTHING } : { ...start, kind, ...sets }];
        });
        const kept = keepLastOwners(changes, state);
        const expected = new Map(
          ownedTeams.flatMap(team => {
            const found = lastOwnerByFilter(team, changes, state);
            return found === undefined ? [] : [[found.change, found.user] as const];
          }),
        );
        expect(changes.map(change => kept(change).withheld?.[0])).toEqual(
          changes.map(change => expected.get(change)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

const NOTHING = { desired: EMPTY, add: EMPTY, remove: EMPTY };
