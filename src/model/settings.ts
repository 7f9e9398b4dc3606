/** The parsed configuration. Types only; durations are milliseconds. */
import type { OidcSettings, TokenSettings, TrustedProxySettings } from './sign-in/settings.ts';

export type Vendor = 'auto' | 'openldap' | 'activedirectory' | '389ds' | 'freeipa' | 'rfc4519';
export type Role = 'scheduler' | 'worker' | 'http';

export interface TlsSettings {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The expected name in the certificate, if it differs from the host of the URL. */
  readonly serverName?: string;
}

export interface UserSettings {
  readonly baseDn: string;
  readonly filter: string;
  readonly username: string;
  readonly email: string;
  readonly fullName: string;
  readonly includeDisabled: boolean;
  /** The attributes that match an unlinked directory user to a local user, in this order. */
  readonly match: readonly ('username' | 'email')[];
  readonly onUnknown: 'skip' | 'create';
  /** Whether an unlinked person who matches a local user is linked at once, or when an operator confirms the link. */
  readonly firstLink: 'match' | 'confirm';
  /** Characters of a username. Omitted: as many as Rollcall's own table allows. */
  readonly usernameLimit?: number;
  /** Members whose DN is not below baseDn: reported (`skip`), or read one by one (`lookup`). */
  readonly outside: 'skip' | 'lookup';
}

/** memberURL values are followed below these bases, with filters that use these attributes. */
export interface DynamicSettings {
  readonly bases: readonly string[];
  readonly attributes: readonly string[];
}

export interface GroupSettings {
  readonly baseDn: string;
  readonly filter: string;
  /** The attribute that names a group. */
  readonly name: string;
  readonly members: readonly string[];
  readonly nested: boolean;
  readonly primaryGroup: boolean;
  readonly maxDepth: number;
  /** Globs on the name: a group is mapped when one of these matches … */
  readonly include: readonly string[];
  /** … and none of these. */
  readonly exclude: readonly string[];
  /** Omitted: a group with a memberURL is unknown. */
  readonly dynamic?: DynamicSettings | undefined;
}

/** A limit trips only when both numbers are exceeded. */
export interface Limit {
  readonly percent: number;
  readonly count: number;
}

export interface GuardSettings {
  /** Of the directory's managed memberships, per run. */
  readonly memberRemovals: Limit;
  /** Of the members of one group. */
  readonly groupMemberRemovals: Limit;
  /** Of the directory's managed groups, per run. */
  readonly groupRemovals: Limit;
  /** Removals of earlier runs within this time count together with those of a run; 0 or omitted: each run counts alone. */
  readonly windowMs?: number;
}

/** 0 owner, 50 user, 100 system agent; lower is more privileged. */
export type AccessType = 0 | 50 | 100;

export interface MappingSettings {
  readonly groups: { readonly filter?: string; readonly baseDn?: string };
  /** A slug, or a template over the group's attributes: "{ou}". */
  readonly team: string;
  /** A template over the group's attributes: "{cn}". */
  readonly name: string;
  readonly type: AccessType;
  readonly projects: readonly string[];
  readonly enforce: readonly ('type' | 'projects')[];
  readonly createTeam: boolean;
  readonly merge: boolean;
  /** Its groups are planned and left as they are. */
  readonly shadow?: true;
}

export interface DirectorySettings {
  readonly name: string;
  readonly vendor: Vendor;
  readonly urls: readonly string[];
  readonly startTls: boolean;
  readonly tls: TlsSettings;
  /** `external`: the client certificate, or the account of a local socket, identifies the process (RFC 4513 section 5.2.3). */
  readonly bind: 'simple' | 'external';
  /** Empty if bind is `external`. */
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly schedule: string;
  readonly timezone: string;
  /** Whether changes are followed between the scheduled runs: not at all, as the server offers, or by polling it. */
  readonly live: 'off' | 'auto' | 'poll';
  /** How long a change waits for others that belong to the same run, at most. */
  readonly liveWindowMs: number;
  /** How long changes may not be followed before an alarm begins. */
  readonly liveAlarmMs: number;
  /** How old the groups may be before the status calls them stale. */
  readonly freshnessMs?: number;
  readonly fullReadEveryMs: number;
  readonly pageSize: number;
  readonly connectTimeoutMs: number;
  readonly operationTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** 0: no limit. */
  readonly queriesPerSecond: number;
  /** The largest message of the server, such as one group with all its members. A whole answer may be a multiple of it. */
  readonly maxMessageBytes: number;
  /** The largest value in a message: a member, a paging cookie or a reference. */
  readonly maxValueBytes: number;
  /** Whether the evidence for a removal is read again from another server, if there is one. */
  readonly secondOpinion: boolean;
  readonly referrals: 'ignore' | 'fail';
  readonly sentinels: readonly string[];
  readonly idAttribute: 'auto' | 'entryUUID' | 'objectGUID' | 'nsUniqueId' | 'ipaUniqueID';
  readonly users: UserSettings;
  readonly groups: GroupSettings;
  /** Usernames (globs) never added and never removed. */
  readonly protect: readonly string[];
  readonly guard: GuardSettings;
  /**
   * `guard.grace`: how long an entry must be absent, in addition to two complete reads without it, before its memberships are
   * removed.
   */
  readonly graceMs: number;
  /** `guard.doubtAlarm`: how old a doubt must be before an alarm begins. */
  readonly doubtAlarmMs: number;
  readonly onMissingGroup: 'empty' | 'keep' | 'delete';
  /** confirm: the first run is applied only after an administrator approves it. */
  readonly firstRun: 'apply' | 'confirm';
  readonly mappings: readonly MappingSettings[];
}

export type NotifyEvent =
  | 'held'
  | 'failed'
  | 'doubt'
  | 'password'
  | 'stale'
  | 'recovered'
  | 'changed'
  | 'sealed';

/** An HTTP endpoint of the operator that is notified about alarms and membership changes. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  /** The key that signs the messages: `whsec_` and base64, or any text. */
  readonly secret: string;
  readonly events: readonly NotifyEvent[];
  /** Whether messages about membership changes name teams and groups. */
  readonly showNames?: boolean;
}

/** How long history is kept; undefined: without limit. */
export interface RetentionSettings {
  readonly runsMs: number | undefined;
  readonly auditMs: number | undefined;
}

export interface DatabaseSettings {
  /** The URL with the password, if there is one. */
  readonly url: string;
  /** The schema of all of Rollcall's tables. Omitted: the first schema in the search path of the role. */
  readonly schema?: string;
  /** The application's own tables. Omitted: all tables are Rollcall's. */
  readonly core?: CoreSettings;
  readonly poolSize: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly idleTransactionTimeoutMs?: number;
}

export interface Settings {
  readonly database: DatabaseSettings;
  /** Omitted: the queue is in PostgreSQL. */
  readonly redis?: {
    readonly url: string;
    readonly password?: string;
    readonly prefix: string;
    readonly tls?: TlsSettings;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly tokens: readonly TokenSettings[];
    /** Without this and oidc, only tokens identify callers. */
    readonly trustedProxy?: TrustedProxySettings;
    readonly oidc?: OidcSettings;
    /** The limit for one token from one address, or for one user; 0: no limit. */
    readonly requestsPerMinute: number;
    /** The URL of the console for users. */
    readonly publicUrl?: string;
  };
  readonly log: { readonly level: string };
  readonly worker: { readonly concurrency: number };
  readonly notify: { readonly webhooks: readonly WebhookSettings[] };
  readonly retention: RetentionSettings;
  readonly directories: readonly DirectorySettings[];
}

// ── where the application keeps its users, teams, team members and projects, if Rollcall does not keep them itself ──

/** `key`: what other tables of the application refer to, if it is not the id. */
export type UserColumn = 'id' | 'key' | 'username' | 'email' | 'fullName' | 'active' | 'superuser';
export type TeamColumn = 'id' | 'key' | 'slug' | 'name' | 'owner';
export type TeamMemberColumn = 'team' | 'user' | 'type' | 'active' | 'added';
export type ProjectColumn = 'id' | 'team' | 'slug' | 'name' | 'active';

/** One table of the application. Names are written as PostgreSQL stores them. */
export interface TheirTable<Column extends string = string> {
  readonly schema: string;
  readonly table: string;
  /** The column names by meaning. What the application does not have is left out. */
  readonly columns: { readonly [meaning in Column]?: string | undefined };
  /** The values of other columns in rows that Rollcall inserts. */
  readonly constants: Readonly<Record<string, string | number | boolean>>;
}

/** The tables of the application. A table that is left out is Rollcall's own. */
export interface CoreSettings {
  readonly users: TheirTable<UserColumn>;
  readonly teams?: TheirTable<TeamColumn>;
  readonly teamMembers?: TheirTable<TeamMemberColumn>;
  readonly projects?: TheirTable<ProjectColumn>;
}
