/** All routes that change the owner of AccessGroups or list what is known of a directory. */
import type { OwnershipOperations } from '../../../model/operations/ownership.ts';
import type { App } from '../../ports/http.ts';
import { addAdopt } from './adopt.ts';
import { addDirectoryGroups, addShadow, addShadowMembers, addUnresolved } from './directory-lists.ts';
import { addFreeze, addRelease, addResync, addUnfreeze } from './ownership.ts';

/** Adds the routes to the server. */
export function addOwnershipRoutes(app: App, deps: OwnershipOperations): void {
  addResync(app, deps);
  addAdopt(app, deps);
  addRelease(app, deps);
  addFreeze(app, deps);
  addUnfreeze(app, deps);
  addDirectoryGroups(app, deps);
  addUnresolved(app, deps);
  addShadow(app, deps);
  addShadowMembers(app, deps);
}
