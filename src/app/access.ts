/** Teams, groups, people and their access, as the API and the commands ask for them. */
import type { AccessDeps } from '../http/deps/access.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { projectAccess, userAccess } from '../store/views/access.ts';
import { projectAccessAt } from '../store/views/access-at.ts';
import { getGroup, listGroups } from '../store/views/groups.ts';
import { groupMembers, listUsers } from '../store/views/members.ts';
import { listTeams, teamMembers, teamProjects } from '../store/views/teams.ts';
import { explain } from './explain.ts';

/** The questions, as functions. */
export function accessOf(parts: {
  readonly db: Database;
  readonly settings: Pick<Settings, 'directories'>;
}): AccessDeps {
  const { db } = parts;
  return {
    listTeams: page => listTeams(db, page),
    teamMembers: (team, page) => teamMembers(db, team, page),
    teamProjects: (team, page) => teamProjects(db, team, page),
    listGroups: wish => listGroups(db, wish),
    getGroup: id => getGroup(db, id),
    groupMembers: (id, wish) => groupMembers(db, id, wish),
    listUsers: wish => listUsers(db, wish),
    userAccess: (username, page) => userAccess(db, username, page),
    projectAccess: (project, page, at) =>
      at === undefined ? projectAccess(db, project, page) : projectAccessAt(db, project, page, at),
    explain: (question, options) => explain(parts, question, options),
  };
}
