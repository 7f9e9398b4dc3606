/** All routes that change the owner of AccessGroups or list groups and unresolved members of a directory. */
import type { OwnershipDeps } from '../../deps/ownership.ts';
import type { App } from '../../deps.ts';
import { addAdopt } from './adopt.ts';
import { addFreeze, addRelease, addResync, addUnfreeze } from './groups.ts';
import { addDirectoryGroups, addUnresolved } from './lists.ts';

/** Adds the routes to the server. */
export function addOwnershipRoutes(app: App, deps: OwnershipDeps): void {
  addResync(app, deps);
  addAdopt(app, deps);
  addRelease(app, deps);
  addFreeze(app, deps);
  addUnfreeze(app, deps);
  addDirectoryGroups(app, deps);
  addUnresolved(app, deps);
}
