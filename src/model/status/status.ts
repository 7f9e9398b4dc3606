/** The status of directories and of the service, for users and monitoring. Types only. */
import type { LinkState } from '../current.ts';
import type { DoubtCounts, ListedDoubt } from '../doubt.ts';
import type { GroupState } from '../group-state.ts';
import type { Abandoned } from '../ownership.ts';
import type { Run, ShadowCounts } from '../run.ts';
import type { WatchStatus } from '../watch.ts';
import type { Health, HeldRun, ReloadCounts, ServiceProcess } from './health.ts';

/** A problem with one entry of a directory, with names: only for callers who may see people and DNs. */
export interface EntryProblem {
  /** The name of the directory group. */
  readonly group: string;
  readonly dn: string;
  /** The member value or the DN of the person without a local user; undefined: the problem concerns the group itself. */
  readonly member: string | undefined;
  readonly attribute: string | undefined;
  /** A stable code. */
  readonly reason: string;
  readonly message: string | undefined;
}

export interface DirectoryStatus {
  readonly name: string;
  readonly lastRun: Run | undefined;
  readonly lastSuccessAt: Date | undefined;
  readonly nextRunAt: Date | undefined;
  /** The first scheduled start that no scheduler carried out; undefined: no start is late. */
  readonly overdueSince: Date | undefined;
  /** Every earlier change of the directory is applied or held; undefined: the directory was never read. */
  readonly currentAt: Date | undefined;
  /** When `currentAt` becomes older than the setting `freshness`; undefined: it is not set. */
  readonly freshUntil: Date | undefined;
  /** undefined: no process ever followed its changes. */
  readonly watch: WatchStatus | undefined;
  readonly consecutiveFailures: number;
  readonly groups: Readonly<Record<LinkState, number>>;
  /** AccessGroups of the directory by state. */
  readonly states: Readonly<Record<Exclude<GroupState, 'manual'>, number>>;
  /** The part of `groups` whose AccessGroup is frozen. */
  readonly frozen: number;
  readonly memberships: number;
  /** Runs that ended since the installation, by status, and the memberships that they added and removed. */
  readonly totals: {
    readonly runs: Readonly<Record<string, number>>;
    readonly added: number;
    readonly removed: number;
  };
  /** Links of people to local users that wait for confirmation, and since when the oldest waits. */
  readonly linkRequests: { readonly total: number; readonly oldestSince: Date | undefined };
  readonly unresolved: number;
  /** Number of groups that the last complete read could not read completely. They stay unchanged. */
  readonly unreadable: number;
  /** Disabled and expired accounts in the last complete read, by the attribute that says so. */
  readonly disabled: Readonly<Record<string, number>>;
  /** The number of people in the last complete read, if none of them showed the attribute `users.username`; otherwise 0. */
  readonly unnamed: number;
  /** When the password of the bind account expires, if the server warned at the last complete read. */
  readonly passwordExpiresAt: Date | undefined;
  /** Unreadable groups, then groups in conflict or with an error, then unresolved members: the total, and the first ten. */
  readonly problems: { readonly total: number; readonly first: readonly EntryProblem[] };
  /** Members in doubt: the counts, and the ten oldest doubts. */
  readonly doubts: DoubtCounts & { readonly first: readonly ListedDoubt[] };
  /** What the last run would have done to the groups in shadow; undefined: no mapping is in shadow. */
  readonly shadow: ShadowStatus | undefined;
  /** The held runs, oldest first. */
  readonly held: readonly HeldRun[];
  readonly heldRuns: number;
  readonly oldestHeldAt: Date | undefined;
}

/** The drift of the groups in shadow. */
export interface ShadowStatus extends ShadowCounts {
  /** When a run first found the oldest of these differences; undefined: there is none. */
  readonly since: Date | undefined;
}

/** The delivery status of a webhook. */
export interface WebhookStatus {
  readonly name: string;
  /** Number of messages that are not delivered yet. */
  readonly waiting: number;
  /** Number of messages given up since the last delivery. */
  readonly givenUp: number;
  readonly lastDeliveredAt: Date | undefined;
  /** The error of the newest undelivered message, without the URL. */
  readonly lastError: string | undefined;
}

/** Why PostgreSQL accepts no changes. */
export type Obstacle = 'read_only' | 'disk_full';

export interface Status {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly roles: readonly string[];
  /** The reloads of the process that answers. */
  readonly reloads: ReloadCounts;
  readonly health: Health;
  /** The processes of the installation that reported within the last day. */
  readonly processes: readonly ServiceProcess[];
  readonly directories: readonly DirectoryStatus[];
  /** Directories that are no longer configured; their groups are not synced. */
  readonly abandoned: readonly Abandoned[];
  readonly webhooks: readonly WebhookStatus[];
  /** Whether PostgreSQL accepts changes; false: no run can sync. */
  readonly writable: boolean;
  /** Why PostgreSQL accepts no changes; undefined: it accepts them. */
  readonly obstacle: Obstacle | undefined;
  /** Number of tasks by state; undefined: the queue does not answer. */
  readonly queue: Readonly<Record<string, number>> | undefined;
}
