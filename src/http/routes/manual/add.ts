/** All routes that change AccessGroups. */
import type { AccessDeps } from '../../deps/access.ts';
import type { ManualDeps } from '../../deps/manual.ts';
import type { App } from '../../deps.ts';
import { addChangeGroup, addCreateGroup, addDeleteGroup } from './groups.ts';
import { addAssignmentChanges, addMemberChanges } from './members.ts';

/** Adds the routes to the server. */
export function addManualRoutes(app: App, deps: ManualDeps, access: AccessDeps): void {
  addCreateGroup(app, deps);
  addChangeGroup(app, deps, access);
  addDeleteGroup(app, deps, access);
  addMemberChanges(app, deps);
  addAssignmentChanges(app, deps);
}
