/** All routes that change AccessGroups. */
import type { AccessDeps } from '../../ports/access.ts';
import type { ManualDeps } from '../../ports/groups.ts';
import type { App } from '../../ports/http.ts';
import { addChangeGroup, addCreateGroup, addDeleteGroup } from './edit.ts';
import { addAssignmentChanges, addMemberChanges } from './members.ts';

/** Adds the routes to the server. */
export function addManualRoutes(app: App, deps: ManualDeps, access: AccessDeps): void {
  addCreateGroup(app, deps);
  addChangeGroup(app, deps, access);
  addDeleteGroup(app, deps, access);
  addMemberChanges(app, deps);
  addAssignmentChanges(app, deps);
}
