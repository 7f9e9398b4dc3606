/** Dependencies of the routes about teams, groups, users and their access. Types only. */
import type {
  Explanation,
  GroupDetail,
  GroupMember,
  GroupSummary,
  GroupWish,
  Page,
  PageWish,
  PeopleWish,
  ProjectAccess,
  ProjectSummary,
  Question,
  TeamMember,
  TeamSummary,
  UserAccess,
  UserSummary,
} from '../../model/access.ts';

type NameKey = readonly [string];
type GroupKey = readonly [string, number];
type ProjectKey = readonly [string, string];

/** A project, identified by the slug of its team and its own slug. */
export interface ProjectName {
  readonly team: string;
  readonly project: string;
}

/** Each throws RefusedError if the team, group, user or project does not exist. */
export interface AccessDeps {
  listTeams(page: PageWish<NameKey>): Promise<Page<TeamSummary, NameKey>>;
  teamMembers(team: string, page: PageWish<NameKey>): Promise<Page<TeamMember, NameKey>>;
  teamProjects(team: string, page: PageWish<NameKey>): Promise<Page<ProjectSummary, NameKey>>;
  listGroups(filter: GroupWish): Promise<Page<GroupSummary, GroupKey>>;
  getGroup(id: number): Promise<GroupDetail>;
  groupMembers(id: number, page: PeopleWish): Promise<Page<GroupMember, NameKey>>;
  listUsers(page: PeopleWish): Promise<Page<UserSummary, NameKey>>;
  userAccess(username: string, page: PageWish<ProjectKey>): Promise<Page<UserAccess, ProjectKey>>;
  /** With `at`, uses the memberships at that instant. */
  projectAccess(
    project: ProjectName,
    page: PageWish<NameKey>,
    at?: Date,
  ): Promise<Page<ProjectAccess, NameKey>>;
  /** With `live`, also queries the directory. */
  explain(question: Question, options: { readonly live: boolean }): Promise<Explanation>;
}
