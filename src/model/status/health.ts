/** Whether the service does its work, what needs an operator, and which processes are alive. Types only. */
import type { Role } from '../settings.ts';

/** Concerns of the level `bad`, in the order in which they are shown: groups are not kept in sync. */
export const BAD_CONCERNS = [
  'disk_full',
  'read_only',
  'no_queue',
  'no_worker',
  'no_scheduler',
  'overdue',
  'failed',
  'stale',
] as const;
/** Concerns of the level `attention`: the groups are in sync, except for these. */
const ATTENTION_CONCERNS = [
  'held',
  'doubt',
  'link',
  'conflict',
  'partial',
  'never_read',
  'not_followed',
  'no_usernames',
  'password',
  'webhook',
  'abandoned',
  'not_reloaded',
  'older_configuration',
] as const;
export const CONCERNS = [...BAD_CONCERNS, ...ATTENTION_CONCERNS] as const;

export const HEALTH_LEVELS = ['good', 'attention', 'bad'] as const;
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

export interface Concern {
  readonly code: (typeof CONCERNS)[number];
  readonly level: HealthLevel;
  /** undefined: it concerns the whole service. */
  readonly directory: string | undefined;
  /** A sentence without a full stop. It names no person, DN or host. */
  readonly text: string;
  readonly since: Date | undefined;
  /** What to do about it: a command, or a sentence. */
  readonly fix: string;
  /** The run that shows more about it. */
  readonly run: number | undefined;
  /** The digest of the held plan that it is about. */
  readonly waiting: string | undefined;
}

/** The answer to the question whether everything is all right. */
export interface Health {
  readonly level: HealthLevel;
  readonly text: string;
  /** When the concern that `text` names began. If everything is in sync: every earlier change is applied. */
  readonly since: Date | undefined;
  readonly concerns: readonly Concern[];
}

/** One `rollcall serve`. `silent`: it was not stopped, and no longer reports. */
export interface ServiceProcess {
  /** Host and process id. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly version: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly state: 'alive' | 'silent' | 'stopped';
  /** When it loaded the configuration that it uses; undefined: a process of the previous version. */
  readonly loadedAt: Date | undefined;
  /** A digest of its configuration without what may differ between processes, such as the port; undefined as above. */
  readonly configDigest: string | undefined;
  /** Its last reload; undefined: it never reloaded. */
  readonly lastReload: LastReload | undefined;
}

/** A reload of the configuration. With problems, it changed nothing. */
export interface LastReload {
  readonly at: Date;
  readonly by: string;
  /** Keys, never values. */
  readonly changed: readonly string[];
  readonly problems: readonly string[];
}

/** A run that waits for a decision. */
export interface HeldRun {
  readonly run: number;
  /** The digest of what it holds: see HeldPlan. */
  readonly digest: string;
  readonly since: Date;
  readonly groups: number;
  readonly removals: number;
}

/** The reloads of one process since its start. */
export interface ReloadCounts {
  readonly applied: number;
  readonly refused: number;
  /** When the process loaded the configuration that it uses. */
  readonly loadedAt: Date;
}
