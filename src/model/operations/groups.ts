/** Changes of AccessGroups by an operator, for the API and the commands. Types only. */
import type { GroupDetail } from '../access.ts';
import type { AccessType } from '../settings.ts';

/** A group to create. */
export interface NewGroup {
  /** Slug of the team. */
  readonly team: string;
  readonly name: string;
  readonly type: AccessType;
}

export interface GroupEdit {
  readonly name?: string | undefined;
  readonly type?: AccessType | undefined;
}

/** The state of the group that the caller read. If it has changed since, the operation is refused. */
export type ExpectedGroup = Pick<GroupDetail, 'name' | 'type' | 'managed'> | undefined;

/**
 * Each throws RefusedError for an object that does not exist or that a directory owns, and for a name that is taken or
 * invalid. The audit records `actor`. Each is idempotent.
 */
export interface GroupOperations {
  createGroup(group: NewGroup, actor: string): Promise<GroupDetail>;
  changeGroup(id: number, edit: GroupEdit, actor: string, seen: ExpectedGroup): Promise<GroupDetail>;
  deleteGroup(id: number, actor: string, seen: ExpectedGroup): Promise<void>;
  addMember(id: number, username: string, actor: string): Promise<void>;
  removeMember(id: number, username: string, actor: string): Promise<void>;
  assignProject(id: number, slug: string, actor: string): Promise<void>;
  unassignProject(id: number, slug: string, actor: string): Promise<void>;
}
