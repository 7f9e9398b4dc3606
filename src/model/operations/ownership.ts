/** Changes of the owner of AccessGroups, for the API and the commands. Types only. */
import type { GroupDetail, Key, Page, PageRequest } from '../access.ts';
import type { LinkState } from '../current.ts';
import type {
  Act,
  AdoptionPreview,
  ListedGroup,
  ListedMember,
  ShadowGroup,
  ShadowMember,
} from '../ownership.ts';
import type { Run } from '../run.ts';

/** The directory group to adopt from. Default: the one whose name maps to the AccessGroup. */
export interface AdoptFrom {
  /** DN. */
  readonly source?: string | undefined;
  readonly directory?: string | undefined;
}

/** Name and identity of a directory group. */
export type DirectoryGroupKey = readonly [string, string];
export type UnresolvedKey = readonly [number];

export interface UnresolvedFilter extends PageRequest<UnresolvedKey> {
  readonly search?: string | undefined;
  /** The id of an AccessGroup. */
  readonly group?: number | undefined;
}

export interface DirectoryGroupFilter extends PageRequest<DirectoryGroupKey> {
  readonly search?: string | undefined;
  readonly state?: LinkState | 'frozen' | undefined;
}

/** The row of the plan. */
export type ShadowGroupKey = readonly [number];
/** The row of the plan, the action and the username. */
export type ShadowMemberKey = readonly [number, string, string];

export type ShadowFilter<K extends Key> = PageRequest<K> & {
  /** Part of TEAM/NAME or, in lists of members, of a username. */
  readonly search?: string | undefined;
};

/** With an explanation of the state, and what to do about it. */
export type ExplainedGroup = ListedGroup & { readonly explanation: string; readonly wayOut: string };
export type ExplainedMember = ListedMember & { readonly wayOut: string };

/** Each throws RefusedError if the current state does not allow it, and DirectoryError if a read fails. */
export interface OwnershipOperations {
  /** Queues a run of the group, or of the directory if several directory groups are merged into the group. */
  resync(id: number, by: string): Promise<Run>;
  previewAdoption(id: number, from: AdoptFrom): Promise<AdoptionPreview>;
  /** Returns the run that updates the members. */
  adopt(id: number, from: AdoptFrom, act: Act & { readonly digest: string }): Promise<Run>;
  release(id: number, act: Act & { readonly empty: boolean }): Promise<GroupDetail>;
  freeze(id: number, act: Act): Promise<GroupDetail>;
  unfreeze(id: number, act: Act): Promise<GroupDetail>;
  /** Whether the directory is configured or has groups in the database. */
  knowsDirectory(name: string): Promise<boolean>;
  listGroups(directory: string, page: DirectoryGroupFilter): Promise<Page<ExplainedGroup, DirectoryGroupKey>>;
  listUnresolved(directory: string, page: UnresolvedFilter): Promise<Page<ExplainedMember, UnresolvedKey>>;
  /** What the last run that planned everything would have done to the groups in shadow. */
  listShadow(
    directory: string,
    page: ShadowFilter<ShadowGroupKey>,
  ): Promise<Page<ShadowGroup, ShadowGroupKey>>;
  listShadowMembers(
    directory: string,
    page: ShadowFilter<ShadowMemberKey>,
  ): Promise<Page<ShadowMember, ShadowMemberKey>>;
}
