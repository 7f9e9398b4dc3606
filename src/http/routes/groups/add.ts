/** All routes that change AccessGroups. */
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { GroupOperations } from '../../../model/operations/groups.ts';
import type { App } from '../../ports/http.ts';
import { addChangeGroup, addCreateGroup, addDeleteGroup } from './edit.ts';
import { addAssignmentChanges, addMemberChanges } from './members.ts';

/** Adds the routes to the server. */
export function addManualRoutes(app: App, deps: GroupOperations, access: AccessOperations): void {
  addCreateGroup(app, deps);
  addChangeGroup(app, deps, access);
  addDeleteGroup(app, deps, access);
  addMemberChanges(app, deps);
  addAssignmentChanges(app, deps);
}
