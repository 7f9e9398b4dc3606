/** Values for pure tests with defaults for everything; a test gives only what it is about. */
import type { KnownGroup, LocalUser, ManagedGroup, UserLink } from '../../../src/model/current.ts';
import type { DirectorySettings, MappingSettings } from '../../../src/model/settings.ts';
import type { DirectoryGroup, DirectoryUser, Members, Snapshot } from '../../../src/model/snapshot.ts';

/** A distinct UUID for each number. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function person(n: number, more: Partial<DirectoryUser> = {}): DirectoryUser {
  const username = `user${n}`;
  return {
    externalId: uuid(n),
    dn: `uid=${username},ou=people,dc=test`,
    username,
    email: `${username}@example.test`,
    fullName: `User ${n}`,
    disabled: false,
    ...more,
  };
}

export function complete(...users: number[]): Extract<Members, { readonly kind: 'complete' }> {
  return {
    kind: 'complete',
    users: Int32Array.from(users),
    byUsername: Int32Array.from(users),
    unresolved: [],
    references: new Int32Array(0),
    fromEntries: false,
  };
}

export function directoryGroup(
  n: number,
  name: string,
  members: Members,
  more: Partial<DirectoryGroup> = {},
): DirectoryGroup {
  return {
    externalId: uuid(n),
    dn: `cn=${name},ou=groups,dc=test`,
    name,
    attributes: { cn: name },
    mapping: 0,
    members,
    ...more,
  };
}

export function snapshot(
  users: readonly DirectoryUser[],
  groups: readonly DirectoryGroup[],
  more: Partial<Snapshot> = {},
): Snapshot {
  const memberValues = groups.reduce(
    (sum, { members }) => sum + (members.kind === 'complete' ? members.users.length : 0),
    0,
  );
  return {
    directory: 'corp',
    server: 'ldap://test',
    idAttribute: 'entryUUID',
    whole: true,
    users,
    groups,
    marker: undefined,
    stable: true,
    references: [],
    outside: new Map(),
    unclear: new Map(),
    unclearGroups: new Map(),
    hiddenStates: new Set(),
    unshownStates: [],
    referredTo: [],
    counts: {
      queries: 2,
      entries: users.length + groups.length,
      users: users.length,
      groups: groups.length,
      memberValues,
      references: 0,
      bytes: 1000,
    },
    warnings: [],
    ...more,
  };
}

export function mapping(more: Partial<MappingSettings> = {}): MappingSettings {
  return {
    groups: {},
    team: 'platform',
    name: '{cn}',
    type: 50,
    projects: [],
    enforce: [],
    createTeam: false,
    merge: false,
    ...more,
  };
}

export function directory(more: Partial<DirectorySettings> = {}): DirectorySettings {
  return {
    name: 'corp',
    vendor: 'auto',
    urls: ['ldap://127.0.0.1:1'],
    startTls: false,
    tls: {},
    bind: 'simple',
    bindDn: 'cn=rollcall,dc=test',
    bindPassword: 'secret',
    schedule: '*/15 * * * *',
    timezone: 'UTC',
    live: 'off',
    liveWindowMs: 0,
    liveAlarmMs: 300_000,
    fullReadEveryMs: 21_600_000,
    pageSize: 1000,
    connectTimeoutMs: 5000,
    operationTimeoutMs: 60_000,
    runTimeoutMs: 600_000,
    queriesPerSecond: 0,
    maxMessageBytes: 32 * 1024 * 1024,
    maxValueBytes: 16 * 1024,
    secondOpinion: false,
    referrals: 'ignore',
    sentinels: [],
    idAttribute: 'auto',
    users: {
      baseDn: 'ou=people,dc=test',
      filter: '(objectClass=inetOrgPerson)',
      username: 'uid',
      email: 'mail',
      fullName: 'cn',
      includeDisabled: false,
      match: ['username'],
      onUnknown: 'skip',
      firstLink: 'match',
      outside: 'skip',
    },
    groups: {
      baseDn: 'ou=groups,dc=test',
      filter: '(objectClass=groupOfNames)',
      name: 'cn',
      members: ['member', 'uniqueMember', 'memberUid'],
      nested: true,
      primaryGroup: false,
      maxDepth: 20,
      include: ['*'],
      exclude: [],
    },
    protect: [],
    guard: {
      memberRemovals: { percent: 10, count: 25 },
      groupMemberRemovals: { percent: 50, count: 10 },
      groupRemovals: { percent: 10, count: 5 },
      windowMs: 3_600_000,
    },
    graceMs: 0,
    doubtAlarmMs: 86_400_000,
    onMissingGroup: 'empty',
    firstRun: 'apply',
    mappings: [mapping()],
    ...more,
  };
}

export function managedGroup(
  id: number,
  name: string,
  members: readonly number[],
  more: Partial<ManagedGroup> = {},
): ManagedGroup {
  return {
    id,
    teamId: 1,
    name,
    type: 50,
    managed: true,
    members: Int32Array.from(members),
    projects: [],
    ...more,
  };
}

/** The row that links the directory group `uuid(n)` to an AccessGroup. */
export function known(
  n: number,
  name: string,
  accessGroupId: number | undefined,
  more: Partial<KnownGroup> = {},
): KnownGroup {
  return {
    externalId: uuid(n),
    dn: `cn=${name},ou=groups,dc=test`,
    cn: name,
    mapping: 'platform/{cn}',
    state: 'linked',
    reason: undefined,
    missedReads: 0,
    accessGroupId,
    frozen: false,
    rejected: false,
    ...more,
  };
}

export function localUser(n: number, more: Partial<LocalUser> = {}): LocalUser {
  return { id: n, username: `user${n}`, email: `user${n}@example.test`, linked: false, ...more };
}

export function link(n: number, more: Partial<UserLink> = {}): UserLink {
  return {
    externalId: uuid(n),
    userId: n,
    dn: `uid=user${n},ou=people,dc=test`,
    username: `user${n}`,
    matchedBy: 'username',
    ...more,
  };
}
