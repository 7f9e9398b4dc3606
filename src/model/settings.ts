/** What the configuration says, after parsing. Types only; config.ts fills them, durations are milliseconds. */

export type Vendor = 'auto' | 'openldap' | 'activedirectory' | '389ds' | 'freeipa' | 'rfc4519';
export type Role = 'scheduler' | 'worker' | 'http';

export interface TlsSettings {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name to expect in the certificate, where it is not the host of the URL. */
  readonly serverName?: string;
}

export interface UserSettings {
  readonly baseDn: string;
  readonly filter: string;
  readonly username: string;
  readonly email: string;
  readonly fullName: string;
  readonly includeDisabled: boolean;
  /** How an unlinked directory user finds its local user, in this order. */
  readonly match: readonly ('username' | 'email')[];
  readonly onUnknown: 'skip' | 'create';
  /** Members whose DN lies elsewhere than below baseDn: reported, or looked up one by one. */
  readonly outside: 'skip' | 'lookup';
}

/** memberURLs are followed below these bases, with filters over these attributes. */
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
  /** Left out: a group with a memberURL is unknown. */
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
  /** What earlier runs removed within this time counts together with what a run would remove; 0 or left out: each run by itself. */
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
}

export interface DirectorySettings {
  readonly name: string;
  readonly vendor: Vendor;
  readonly urls: readonly string[];
  readonly startTls: boolean;
  readonly tls: TlsSettings;
  /** `external`: the client certificate, or the account behind a local socket, says who we are (RFC 4513 section 5.2.3). */
  readonly bind: 'simple' | 'external';
  /** Empty where bind is external. */
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly schedule: string;
  readonly timezone: string;
  readonly fullReadEveryMs: number;
  readonly pageSize: number;
  readonly connectTimeoutMs: number;
  readonly operationTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** 0: no limit. */
  readonly queriesPerSecond: number;
  /** A message of the server, such as one group with all its members, may be so large; a whole answer a multiple of it. */
  readonly maxMessageBytes: number;
  /** One value in a message: a member, a paging cookie, a reference. */
  readonly maxValueBytes: number;
  /** What a removal rests on is read again from another server than the first, where there is one. */
  readonly secondOpinion: boolean;
  readonly referrals: 'ignore' | 'fail';
  readonly sentinels: readonly string[];
  readonly idAttribute: 'auto' | 'entryUUID' | 'objectGUID' | 'nsUniqueId' | 'ipaUniqueID';
  readonly users: UserSettings;
  readonly groups: GroupSettings;
  /** Usernames (globs) never added and never removed. */
  readonly protect: readonly string[];
  readonly guard: GuardSettings;
  /** `guard.grace`: how long an entry must have been absent, besides from two complete reads, before its memberships go. */
  readonly graceMs: number;
  /** `guard.doubtAlarm`: how old a doubt about a member gets before people are told. */
  readonly doubtAlarmMs: number;
  readonly onMissingGroup: 'empty' | 'keep' | 'delete';
  /** confirm: nothing of the first run is applied until a person has approved it. */
  readonly firstRun: 'apply' | 'confirm';
  readonly mappings: readonly MappingSettings[];
}

export interface TokenSettings {
  readonly name: string;
  readonly role: 'viewer' | 'admin';
  readonly secret: string;
}

export type NotifyEvent = 'held' | 'failed' | 'doubt' | 'recovered';

/** Somebody's HTTP endpoint that is told what needs a person. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  /** Signs what is sent: `whsec_` and base64, or any text. */
  readonly secret: string;
  readonly events: readonly NotifyEvent[];
}

/** How long history is kept; undefined: for ever. */
export interface RetentionSettings {
  readonly runsMs: number | undefined;
  readonly auditMs: number | undefined;
}

export interface DatabaseSettings {
  /** With the password, if there is one. */
  readonly url: string;
  readonly poolSize: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly idleTransactionTimeoutMs?: number;
}

export interface Settings {
  readonly database: DatabaseSettings;
  /** Left out: the queue lives in PostgreSQL. */
  readonly redis?: { readonly url: string; readonly password?: string; readonly prefix: string };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly tokens: readonly TokenSettings[];
    /** Of one token from one address; 0: no limit. */
    readonly requestsPerMinute: number;
    /** Where people reach the console. */
    readonly publicUrl?: string;
  };
  readonly log: { readonly level: string };
  readonly worker: { readonly concurrency: number };
  readonly notify: { readonly webhooks: readonly WebhookSettings[] };
  readonly retention: RetentionSettings;
  readonly directories: readonly DirectorySettings[];
}
