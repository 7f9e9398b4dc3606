/** Queries about teams, groups, users and their access, for the API and the commands. */
import type { AccessOperations } from '../../model/operations/access.ts';
import type { Settings } from '../../model/settings.ts';
import type { Database } from '../../store/database/database.ts';
import { userAccess } from '../../store/queries/access.ts';
import { getGroup, listGroups } from '../../store/queries/groups.ts';
import { groupMembers, listUsers } from '../../store/queries/members.ts';
import { memberships } from '../../store/queries/memberships.ts';
import { getPerson } from '../../store/queries/person.ts';
import { projectAccess } from '../../store/queries/project-access.ts';
import { search } from '../../store/queries/search.ts';
import { listTeams, teamMembers, teamProjects } from '../../store/queries/teams.ts';
import { explain } from './explain.ts';

/** Binds the queries to the database and the settings. */
export function accessOf(context: {
  readonly db: Database;
  readonly current: { readonly settings: Pick<Settings, 'directories'> };
}): AccessOperations {
  const { db } = context;
  return {
    listTeams: page => listTeams(db, page),
    teamMembers: (team, page) => teamMembers(db, team, page),
    teamProjects: (team, page) => teamProjects(db, team, page),
    listGroups: filter => listGroups(db, filter),
    getGroup: id => getGroup(db, id),
    groupMembers: (id, filter) => groupMembers(db, id, filter),
    listUsers: filter => listUsers(db, filter),
    getUser: username => getPerson(db, username),
    memberships: (username, page, at) => memberships(db, username, page, at),
    userAccess: (username, page, at) => userAccess(db, username, page, at),
    projectAccess: (project, page, at) => projectAccess(db, project, page, at),
    search: (text, limit) => search(db, text, limit),
    explain: (question, options) => explain(context, question, options),
  };
}
