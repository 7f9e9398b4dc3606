/**
 * The types of API responses, derived from the schemas, and types of the console. Types only: browsers do not load it.
 */
import type { TemplateResult } from 'lit-html';
import type { z } from 'zod';
import type {
  explanation,
  linksAnswer,
  membershipsAnswer,
  projectAccessAnswer,
  searchAnswer,
  userAccessAnswer,
  userAnswer,
  usersAnswer,
} from '../../schemas/access.ts';
import type { auditPage, runMemberPage } from '../../schemas/audit.ts';
import type { doubtsAnswer } from '../../schemas/doubt.ts';
import type {
  groupDetail,
  groupMembersAnswer,
  groupPageAnswer,
  projectsAnswer,
  teamMembersAnswer,
  teamsAnswer,
} from '../../schemas/group.ts';
import type {
  adoption,
  directoryGroupsAnswer,
  shadowAnswer,
  shadowMembersAnswer,
  unresolvedAnswer,
} from '../../schemas/ownership.ts';
import type { run } from '../../schemas/run.ts';
import type { runChangePage } from '../../schemas/run-change.ts';
import type { fullStatus, publicStatus } from '../../schemas/status.ts';
import type { heldPlan } from '../../schemas/waiting.ts';
import type { ApiError } from './api.js';

/** A value after JSON serialisation: dates are strings. */
type Sent<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Sent<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Sent<T[Key]> }
      : T;
type Answer<Schema extends z.ZodType> = Sent<z.output<Schema>>;

export type Run = Answer<typeof run>;
export type RunChange = Answer<typeof runChangePage>['items'][number];
export type Status = Answer<typeof fullStatus>;
export type PublicStatus = Answer<typeof publicStatus>;
export type DirectoryStatus = Status['directories'][number];
export type Concern = Status['health']['concerns'][number];

/** A page of any list; `next` is null on the last one. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type View = TemplateResult | string;

/** The current place: the parsed fragment of the address. */
export interface Place {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** The context of a page. */
export interface PageContext {
  readonly place: Place;
  /** The status of the service. It is read again while the page is open. */
  readonly status: Loaded<Status>;
  /** Whether the user has the role admin. */
  readonly isAdmin: boolean;
  /** Renders the page again soon. Several calls are combined. */
  readonly update: () => void;
  /** Announces a message to screen readers. */
  readonly announce: (text: string) => void;
}

/** The visible page. `close` stops its background work. */
export interface Page {
  readonly title: string;
  readonly view: () => TemplateResult;
  readonly close?: () => void;
}

export type OpenPage = (context: PageContext, ...path: string[]) => Page;

export interface Loaded<T> {
  value: T | undefined;
  error: ApiError | undefined;
  busy: boolean;
  readonly reload: () => Promise<void>;
}

export interface Paged<T> {
  items: readonly T[];
  next: string | null;
  error: ApiError | undefined;
  busy: boolean;
  /** True until the first response. */
  fresh: boolean;
  readonly more: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

/** The token of the user, or the user whom the proxy or the OpenID provider signed in. */
export type Caller = Status['caller'];

type ItemOf<Schema extends z.ZodType> =
  Answer<Schema> extends { items: readonly (infer Item)[] } ? Item : never;

/** An AccessGroup in lists. */
export type GroupSummary = ItemOf<typeof groupPageAnswer>;
/** An AccessGroup with the directory groups behind it. */
export type Group = Answer<typeof groupDetail>;
export type GroupMember = ItemOf<typeof groupMembersAnswer>;
export type Team = ItemOf<typeof teamsAnswer>;
export type TeamMember = ItemOf<typeof teamMembersAnswer>;
export type Project = ItemOf<typeof projectsAnswer>;
/** A directory entry and the user who it is, or may be. */
export type Link = ItemOf<typeof linksAnswer>;
export type Person = ItemOf<typeof usersAnswer>;
/** One user with entries in directories. */
export type UserDetail = Answer<typeof userAnswer>;
export type Access = ItemOf<typeof userAccessAnswer>;
/** A team or AccessGroup of a user. */
export type Membership = ItemOf<typeof membershipsAnswer>;
export type ProjectAccess = ItemOf<typeof projectAccessAnswer>;
export type SearchResults = Answer<typeof searchAnswer>;
export type Found = SearchResults['items'][number];
export type Explanation = Answer<typeof explanation>;
export type AuditEntry = ItemOf<typeof auditPage>;
/** One membership that a run changed or holds. */
export type RunMember = ItemOf<typeof runMemberPage>;
/** Changes that wait for a decision. */
export type HeldPlan = Answer<typeof heldPlan>;
/** A directory group in any state. */
export type SourceGroup = ItemOf<typeof directoryGroupsAnswer>;
/** A member in doubt. */
export type Doubt = ItemOf<typeof doubtsAnswer>;
/** What a run would do to a group in shadow. */
export type ShadowGroup = ItemOf<typeof shadowAnswer>;
export type ShadowMember = ItemOf<typeof shadowMembersAnswer>;
export type Unresolved = ItemOf<typeof unresolvedAnswer>;
/** The preview of adopting a group. */
export type AdoptPreview = Answer<typeof adoption>;
