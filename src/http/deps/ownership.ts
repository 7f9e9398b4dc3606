/** What the routes are handed by which people give AccessGroups to a directory and take them back. Types only. */

import type { GroupDetail, Page, PageWish } from '../../model-access.ts';
import type { LinkState } from '../../model-current.ts';
import type { Act, Adoption, ListedGroup, ListedMember } from '../../model-ownership.ts';
import type { Run } from '../../run.ts';

/** Which directory group is meant; left out: the one whose name leads to the AccessGroup. */
export interface AdoptFrom {
  /** DN. */
  readonly source?: string | undefined;
  readonly directory?: string | undefined;
}

type GroupKey = readonly [string, string];
type MemberKey = readonly [number];

export interface ListWish<K extends GroupKey | MemberKey> extends PageWish<K> {
  readonly search?: string | undefined;
}

export interface GroupListWish extends ListWish<GroupKey> {
  readonly state?: LinkState | 'frozen' | undefined;
}

/** With the state in words, and what ends it. */
export type ExplainedGroup = ListedGroup & { readonly explanation: string; readonly wayOut: string };
export type ExplainedMember = ListedMember & { readonly wayOut: string };

/** Each throws RefusedError where the state of things forbids it, and DirectoryError where a directory cannot be read. */
export interface OwnershipDeps {
  /** Queues a run of the group alone; of all, where several directory groups feed it. */
  resync(id: number, by: string): Promise<Run>;
  previewAdoption(id: number, from: AdoptFrom): Promise<Adoption>;
  /** The run that brings the members. */
  adopt(id: number, from: AdoptFrom, act: Act & { readonly digest: string }): Promise<Run>;
  release(id: number, act: Act & { readonly empty: boolean }): Promise<GroupDetail>;
  freeze(id: number, act: Act): Promise<GroupDetail>;
  unfreeze(id: number, act: Act): Promise<GroupDetail>;
  /** Configured, or remembered with groups. */
  knowsDirectory(name: string): Promise<boolean>;
  listGroups(directory: string, wish: GroupListWish): Promise<Page<ExplainedGroup, GroupKey>>;
  listUnresolved(directory: string, wish: ListWish<MemberKey>): Promise<Page<ExplainedMember, MemberKey>>;
}
