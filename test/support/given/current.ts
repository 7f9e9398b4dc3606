/** The current state of a database, for pure tests. */
import type { AccessGroup, CurrentState } from '../../../src/model/current.ts';

/**
 * The state of a database with the team "platform" and the parts that the test gives. Managed groups also appear among
 * the names.
 */
export function current(
  more: Partial<CurrentState> & { readonly manual?: readonly AccessGroup[] } = {},
): CurrentState {
  const { manual = [], ...state } = more;
  const managed = more.managed ?? [];
  const named = [
    ...managed.map(({ id, teamId, name, type }) => ({ id, teamId, name, type, managed: true })),
    ...manual,
  ];
  const memberships = managed.reduce((sum, group) => sum + group.members.length, 0);
  return {
    lastRead: undefined,
    linked: false,
    totals: { groups: managed.length, memberships },
    groups: [],
    managed,
    named,
    teams: [{ id: 1, slug: 'platform', projects: ['api', 'web'] }],
    links: [],
    users: [],
    protectedIds: new Int32Array(0),
    unresolved: [],
    references: new Map(),
    doubts: [],
    ownedTeams: [],
    ...state,
  };
}
