/** Dependencies of the routes that change the owner of AccessGroups. Types only. */
import type { GroupDetail, Page, PageRequest } from '../../model/access.ts';
import type { LinkState } from '../../model/current.ts';
import type { Act, AdoptionPreview, ListedGroup, ListedMember } from '../../model/ownership.ts';
import type { Run } from '../../model/run.ts';

/** The directory group to adopt from. Default: the one whose name maps to the AccessGroup. */
export interface AdoptFrom {
  /** DN. */
  readonly source?: string | undefined;
  readonly directory?: string | undefined;
}

type GroupKey = readonly [string, string];
type MemberKey = readonly [number];

export interface ListRequest<K extends GroupKey | MemberKey> extends PageRequest<K> {
  readonly search?: string | undefined;
}

export interface GroupListRequest extends ListRequest<GroupKey> {
  readonly state?: LinkState | 'frozen' | undefined;
}

/** With an explanation of the state, and what to do about it. */
export type ExplainedGroup = ListedGroup & { readonly explanation: string; readonly wayOut: string };
export type ExplainedMember = ListedMember & { readonly wayOut: string };

/** Each throws RefusedError if the current state does not allow it, and DirectoryError if a read fails. */
export interface OwnershipDeps {
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
  listGroups(directory: string, page: GroupListRequest): Promise<Page<ExplainedGroup, GroupKey>>;
  listUnresolved(directory: string, page: ListRequest<MemberKey>): Promise<Page<ExplainedMember, MemberKey>>;
}
