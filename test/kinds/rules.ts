/** The rules, over all memberships of an application. */
import { uuid } from '../support/given/values.ts';
import { isLeaver, mayCome, mayLeave } from './may-leave.ts';
import { mustLeave } from './must-leave.ts';
import type { Application } from './world/application.ts';
import { type Memory, numberOf } from './world/memory.ts';
import { ghostKey, type Organisation, outOfReach } from './world/organisation.ts';
import { namedBy } from './world/truth.ts';
import type { Played } from './world/world.ts';

interface Membership {
  readonly group: number;
  readonly user: number;
}

/** `group`: the id of its identity; `user`: the id of the person who is linked to the user. */
function membershipsOf({ state }: Application): Map<string, Membership & { readonly person: number }> {
  const persons = new Map(state.links.map(({ userId, externalId }) => [userId, numberOf(externalId)]));
  const groups = new Map(
    state.groups.flatMap(({ accessGroupId, externalId }) =>
      accessGroupId === undefined ? [] : [[accessGroupId, numberOf(externalId)] as const],
    ),
  );
  const found = new Map<string, Membership & { readonly person: number }>();
  for (const { id, members } of state.managed)
    for (const user of members) {
      const group = groups.get(id) ?? 0;
      found.set(`${group}/${user}`, { group, user, person: persons.get(user) ?? 0 });
    }
  return found;
}

/** The broken rules in words; empty: none. */
export function violations(played: Played, memory: Memory): string[] {
  const before = membershipsOf(played.before);
  const after = membershipsOf(played.after);
  const left = [...before].filter(([key]) => !after.has(key)).map(([, membership]) => membership);
  const came = [...after].filter(([key]) => !before.has(key)).map(([, membership]) => membership);
  const stayed = [...before].filter(([key]) => after.has(key)).map(([, membership]) => membership);
  return [
    ...left
      .filter(each => !mayLeave(each, played, memory))
      .map(({ group, person }) => `person ${person} lost group ${group}, which names them`),
    ...came
      .filter(each => !mayCome(each, played))
      .map(({ group, person }) => `person ${person} got into group ${group}, which does not name them`),
    ...stayed
      .filter(each => mustLeave(each, played, memory))
      .map(({ group, person }) => `person ${person} stayed in group ${group}, which does not name them`),
  ];
}

/** After the faults: users who should be members and are not, or the other way round. */
export function differences(organisation: Organisation, { state }: Application): string[] {
  const links = new Map(state.links.map(({ externalId, userId }) => [numberOf(externalId), userId]));
  return organisation.groups.flatMap(group => {
    const row = state.groups.find(({ externalId }) => externalId === uuid(group.id));
    const managed = state.managed.find(({ id }) => id === row?.accessGroupId);
    if (managed === undefined) return group.id > 2000 ? [] : [`group ${group.id} has no AccessGroup`];
    const expected = [
      ...namedBy(
        organisation,
        group,
        new Set(),
        new Set([...organisation.ghosts.map(ghostKey), ...outOfReach(organisation)]),
      ).people,
    ]
      .filter(id => !isLeaver(organisation, id))
      .map(id => links.get(id))
      .filter(id => id !== undefined)
      .sort((one, other) => one - other);
    const wanted = expected.join();
    const actual = [...managed.members].join();
    return actual === wanted
      ? []
      : [`group ${group.id} has ${actual || 'nobody'}, and should have ${wanted || 'nobody'}`];
  });
}
