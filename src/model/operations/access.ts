/** Queries about teams, groups, users and their access, for the API and the commands. Types only. */
import type {
  Explanation,
  GroupDetail,
  GroupFilter,
  GroupKey,
  GroupMember,
  GroupSummary,
  NameKey,
  Page,
  PageRequest,
  ProjectAccess,
  ProjectKey,
  ProjectName,
  ProjectSummary,
  Question,
  TeamMember,
  TeamSummary,
  UserAccess,
  UserFilter,
  UserSummary,
} from '../access.ts';

/** Each throws RefusedError if the team, group, user or project does not exist. */
export interface AccessOperations {
  listTeams(page: PageRequest<NameKey>): Promise<Page<TeamSummary, NameKey>>;
  teamMembers(team: string, page: PageRequest<NameKey>): Promise<Page<TeamMember, NameKey>>;
  teamProjects(team: string, page: PageRequest<NameKey>): Promise<Page<ProjectSummary, NameKey>>;
  listGroups(filter: GroupFilter): Promise<Page<GroupSummary, GroupKey>>;
  getGroup(id: number): Promise<GroupDetail>;
  groupMembers(id: number, page: UserFilter): Promise<Page<GroupMember, NameKey>>;
  listUsers(page: UserFilter): Promise<Page<UserSummary, NameKey>>;
  userAccess(username: string, page: PageRequest<ProjectKey>): Promise<Page<UserAccess, ProjectKey>>;
  /** With `at`, uses the memberships at that instant. */
  projectAccess(
    project: ProjectName,
    page: PageRequest<NameKey>,
    at?: Date,
  ): Promise<Page<ProjectAccess, NameKey>>;
  /** With `live`, also queries the directory. */
  explain(question: Question, options: { readonly live: boolean }): Promise<Explanation>;
}
