/** Fixed answers for the routes about teams, groups and people. */

import { RefusedError } from '../../../../src/errors.ts';
import type { GroupDetail, GroupMember } from '../../../../src/model/access.ts';
import type { AccessOperations } from '../../../../src/model/operations/access.ts';
import type { GroupOperations } from '../../../../src/model/operations/groups.ts';

const DAY = new Date('2026-02-01T00:00:00.000Z');

export const GROUP: GroupDetail = {
  id: 3,
  team: 'platform',
  name: 'eng',
  type: 50,
  access: 'user',
  managed: true,
  directory: 'corp',
  state: 'in_sync',
  frozen: false,
  members: 12,
  inDirectory: 12,
  waiting: 0,
  heldPlan: null,
  projects: ['api'],
  unresolved: 1,
  doubts: 0,
  lastError: null,
  dateAdded: DAY,
  shadow: null,
  sources: [
    {
      directory: 'corp',
      externalId: '00000000-0000-4000-8000-000000000001',
      dn: 'cn=eng,ou=groups,dc=example,dc=com',
      name: 'eng',
      mapping: 'platform/{cn}',
      state: 'linked',
      reason: null,
      missingSince: null,
      appliedRun: 7,
      frozenBy: null,
      frozenReason: null,
      lastError: null,
    },
  ],
};

const MEMBER: GroupMember = {
  username: 'ada.lovelace',
  fullName: 'Ada Lovelace',
  isActive: true,
  since: DAY,
  runId: 7,
  reason: 'sync',
  actor: null,
};

const LEVEL = { type: 50, access: 'user' };
const VIA = [{ kind: 'group', ...LEVEL, group: 'eng', groupId: 3 }] as const;

/** One group, one team and one person; a group with any other number does not exist. */
export const ACCESS: AccessOperations = {
  listTeams: async () => page({ slug: 'platform', name: 'Platform', groups: 1, members: 1, projects: 1 }),
  teamMembers: async () =>
    page({
      username: 'ada.lovelace',
      fullName: 'Ada Lovelace',
      isActive: true,
      ...LEVEL,
      suspended: false,
      dateAdded: DAY,
    }),
  teamProjects: async () => page({ slug: 'api', name: 'API', visible: true, groups: 1 }),
  listGroups: async () => page(GROUP),
  getGroup: async id => known(id),
  groupMembers: async id => {
    known(id);
    return page(MEMBER);
  },
  listUsers: async () =>
    page({
      username: 'ada.lovelace',
      fullName: 'Ada Lovelace',
      email: 'ada@example.com',
      isActive: true,
      isSuperuser: false,
    }),
  getUser: async username => ({
    username,
    fullName: 'Ada Lovelace',
    email: 'ada@example.com',
    isActive: true,
    isSuperuser: false,
    entries: [{ directory: 'corp', dn: 'uid=ada,dc=example', username: 'ada', matchedBy: 'username' }],
    held: [{ groupId: 3, team: 'platform', group: 'eng', plan: 'a'.repeat(64) }],
  }),
  memberships: async () =>
    page({
      kind: 'group',
      team: 'platform',
      group: 'eng',
      groupId: 3,
      directory: 'corp',
      suspended: false,
      since: DAY,
    }),
  userAccess: async () => page({ team: 'platform', project: 'api', ...LEVEL, via: VIA }),
  projectAccess: async () => page({ username: 'ada.lovelace', fullName: 'Ada Lovelace', ...LEVEL, via: VIA }),
  search: async () => ({
    items: [
      {
        kind: 'person',
        username: 'ada.lovelace',
        fullName: 'Ada Lovelace',
        email: 'ada@example.com',
        isActive: true,
      },
      { kind: 'group', id: 3, team: 'platform', name: 'eng', directory: 'corp', dn: 'cn=eng,dc=example' },
      { kind: 'entry', directory: 'corp', dn: 'uid=eng,dc=example', reason: null, groupId: 3, group: 'eng' },
      { kind: 'team', slug: 'platform', name: 'Platform' },
      { kind: 'project', team: 'platform', slug: 'api', name: 'API' },
      { kind: 'run', id: 7, directory: 'corp', status: 'succeeded' },
    ],
    incomplete: ['person'],
  }),
  explain: async ({ user }) => ({
    answer: true,
    steps: [{ kind: 'membership', ok: true, text: `${user} is in cn=eng` }],
    since: DAY,
    runId: 7,
    missing: [],
  }),
};

/** Every change of group 3 succeeds. */
export const MANUAL: GroupOperations = {
  createGroup: async ({ team, name, type }) => ({
    ...GROUP,
    team,
    name,
    type,
    managed: false,
    directory: null,
    state: 'manual',
    sources: [],
  }),
  changeGroup: async (id, { name = GROUP.name, type = GROUP.type }) => ({ ...known(id), name, type }),
  deleteGroup: async id => void known(id),
  addMember: async id => void known(id),
  removeMember: async id => void known(id),
  assignProject: async id => void known(id),
  unassignProject: async id => void known(id),
};

function page<Item>(item: Item) {
  return { items: [item], next: undefined };
}

function known(id: number): GroupDetail {
  if (id === GROUP.id) return GROUP;
  throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
}
