/** What the routes are handed by which people look after AccessGroups. Types only. */
import type { GroupDetail } from '../../model-access.ts';
import type { AccessType } from '../../settings.ts';

/** A group as it is to be. */
export interface NewGroup {
  /** Slug. */
  readonly team: string;
  readonly name: string;
  readonly type: AccessType;
}

export interface GroupEdit {
  readonly name?: string | undefined;
  readonly type?: AccessType | undefined;
}

/** The group as the caller saw it: where it has changed since, nothing is done. */
export type Seen = Pick<GroupDetail, 'name' | 'type' | 'managed'> | undefined;

/**
 * Each throws RefusedError: for what is not there, for what a directory owns, and for a name that is taken or none.
 * `actor` stands in the audit. Doing something again that is done changes nothing.
 */
export interface ManualDeps {
  createGroup(group: NewGroup, actor: string): Promise<GroupDetail>;
  changeGroup(id: number, edit: GroupEdit, actor: string, seen: Seen): Promise<GroupDetail>;
  deleteGroup(id: number, actor: string, seen: Seen): Promise<void>;
  addMember(id: number, username: string, actor: string): Promise<void>;
  removeMember(id: number, username: string, actor: string): Promise<void>;
  assignProject(id: number, slug: string, actor: string): Promise<void>;
  unassignProject(id: number, slug: string, actor: string): Promise<void>;
}
