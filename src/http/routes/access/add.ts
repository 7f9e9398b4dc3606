/** All routes about teams, groups, users and their access. */
import type { AccessOperations } from '../../../model/operations/access.ts';
import type { App } from '../../ports/http.ts';
import { addExplain } from './explain.ts';
import { addGroupMembers, addListGroups, addShowGroup, addTeamGroups } from './groups.ts';
import { addListUsers, addMemberships, addProjectAccess, addShowUser, addUserAccess } from './people.ts';
import { addSearch } from './search.ts';
import { addListTeams, addTeamMembers, addTeamProjects } from './teams.ts';

/** Adds the routes to the server. */
export function addAccessRoutes(app: App, deps: AccessOperations): void {
  addListTeams(app, deps);
  addTeamMembers(app, deps);
  addTeamProjects(app, deps);
  addTeamGroups(app, deps);
  addListGroups(app, deps);
  addShowGroup(app, deps);
  addGroupMembers(app, deps);
  addListUsers(app, deps);
  addShowUser(app, deps);
  addMemberships(app, deps);
  addUserAccess(app, deps);
  addProjectAccess(app, deps);
  addExplain(app, deps);
  addSearch(app, deps);
}
