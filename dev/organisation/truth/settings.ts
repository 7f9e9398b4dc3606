/** The settings with which a sync of a generated organisation must produce the expected state. */
import type {
  DirectorySettings,
  GroupSettings,
  MappingSettings,
  UserSettings,
} from '../../../src/model/settings.ts';
import { writeDn } from '../model/dn.ts';
import { type Group, isUnder, type Organisation, placeAt, placeDn } from '../model/model.ts';

/** The team of that group's AccessGroup; undefined: no mapping. */
const TEAMS_BY_PLACE = [
  ['Groups/Teams', 'teams'],
  ['Groups/Berlin', 'berlin'],
  ['Groups/Paris', 'paris'],
  ['Groups/Lab, East + West', 'lab'],
  ['Groups', 'everyone'],
] as const;

/** The slugs of the teams that the mappings name. */
export const TEAM_SLUGS: readonly string[] = TEAMS_BY_PLACE.map(([, team]) => team);

/** The team of that group's AccessGroup; undefined: no mapping. */
export function teamOf(organisation: Organisation, group: Group): string | undefined {
  if (group.private) return undefined;
  return TEAMS_BY_PLACE.find(([path]) => isUnder(group.place, placeAt(organisation, path)))?.[1];
}

function mapping(baseDn: string, team: string, { privacy }: Names): MappingSettings {
  return {
    groups: { baseDn, filter: `(!(${privacy}=private))` },
    team,
    name: '{cn}',
    type: 50,
    projects: [`${team}-api`],
    enforce: [],
    createTeam: false,
    merge: false,
  };
}

/** The attribute names of a directory in the settings. */
interface Names {
  readonly users: string;
  readonly username: string;
  readonly groups: string;
  readonly members: readonly string[];
  readonly privacy: string;
}

const GROUP_CLASSES = ['groupOfNames', 'groupOfUniqueNames', 'groupOfMembers', 'posixGroup', 'groupOfURLs'];
const USUAL: Names = {
  users: '(objectClass=inetOrgPerson)',
  username: 'uid',
  groups: `(|${GROUP_CLASSES.map(name => `(objectClass=${name})`).join('')})`,
  members: ['member', 'uniqueMember', 'memberUid'],
  privacy: 'businessCategory',
};
const WINDOWS: Names = {
  users: '(&(objectCategory=person)(objectClass=user))',
  username: 'sAMAccountName',
  groups: '(&(objectCategory=group)(groupType:1.2.840.113556.1.4.803:=2147483648))',
  members: ['member', 'memberUid'],
  privacy: 'info',
};

/**
 * Users, groups and mappings of the organisation, which the truth assumes. The same form as in a configuration file.
 */
export function directoryRules(organisation: Organisation): {
  users: UserSettings;
  groups: GroupSettings;
  mappings: MappingSettings[];
} {
  const dnAt = (path: string) => writeDn(placeDn(organisation, placeAt(organisation, path)));
  const windows = organisation.dialect === 'activedirectory';
  const names = windows ? WINDOWS : USUAL;
  return {
    users: {
      baseDn: dnAt('People'),
      filter: names.users,
      username: names.username,
      email: 'mail',
      fullName: 'cn',
      includeDisabled: false,
      match: ['username'],
      onUnknown: 'skip',
      firstLink: 'match',
      outside: 'skip',
    },
    groups: {
      baseDn: dnAt('Groups'),
      filter: names.groups,
      name: 'cn',
      members: [...names.members],
      nested: true,
      primaryGroup: windows,
      maxDepth: 20,
      include: ['*'],
      exclude: [],
      dynamic: { bases: [dnAt('People'), dnAt('Contractors')], attributes: ['givenName'] },
    },
    mappings: TEAMS_BY_PLACE.map(([path, team]) => mapping(dnAt(path), team, names)),
  };
}

/** The settings of the directory `corp` with the organisation; everything else has its default. */
export function directorySettings(
  organisation: Organisation,
  server: { readonly url: string; readonly bindDn: string; readonly bindPassword: string },
): DirectorySettings {
  return {
    name: 'corp',
    vendor: 'auto',
    urls: [server.url],
    startTls: false,
    tls: {},
    bind: 'simple',
    bindDn: server.bindDn,
    bindPassword: server.bindPassword,
    schedule: '*/15 * * * *',
    timezone: 'UTC',
    live: 'off',
    liveWindowMs: 0,
    liveAlarmMs: 300_000,
    fullReadEveryMs: 6 * 3_600_000,
    pageSize: 1000,
    connectTimeoutMs: 5_000,
    operationTimeoutMs: 60_000,
    runTimeoutMs: 600_000,
    queriesPerSecond: 500,
    maxMessageBytes: 32 * 1024 * 1024,
    maxValueBytes: 16 * 1024,
    secondOpinion: false,
    referrals: 'ignore',
    sentinels: [],
    idAttribute: 'auto',
    ...directoryRules(organisation),
    protect: [],
    guard: {
      memberRemovals: { percent: 10, count: 25 },
      groupMemberRemovals: { percent: 50, count: 10 },
      groupRemovals: { percent: 10, count: 5 },
    },
    graceMs: 0,
    doubtAlarmMs: 86_400_000,
    onMissingGroup: 'empty',
    firstRun: 'apply',
  };
}
