/** What the routes about teams, groups, people and their access are handed. Types only. */
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
} from '../../model-access.ts';

type NameKey = readonly [string];
type GroupKey = readonly [string, number];
type ProjectKey = readonly [string, string];

/** A project by the slugs of its team and its own. */
export interface ProjectName {
  readonly team: string;
  readonly project: string;
}

/** Each throws RefusedError when the team, group, user or project that it is about is not there. */
export interface AccessDeps {
  listTeams(page: PageWish<NameKey>): Promise<Page<TeamSummary, NameKey>>;
  teamMembers(team: string, page: PageWish<NameKey>): Promise<Page<TeamMember, NameKey>>;
  teamProjects(team: string, page: PageWish<NameKey>): Promise<Page<ProjectSummary, NameKey>>;
  listGroups(wish: GroupWish): Promise<Page<GroupSummary, GroupKey>>;
  getGroup(id: number): Promise<GroupDetail>;
  groupMembers(id: number, wish: PeopleWish): Promise<Page<GroupMember, NameKey>>;
  listUsers(wish: PeopleWish): Promise<Page<UserSummary, NameKey>>;
  userAccess(username: string, page: PageWish<ProjectKey>): Promise<Page<UserAccess, ProjectKey>>;
  /** With `at`, by the memberships of that instant. */
  projectAccess(
    project: ProjectName,
    page: PageWish<NameKey>,
    at?: Date,
  ): Promise<Page<ProjectAccess, NameKey>>;
  /** With `live`, the directory is asked, too. */
  explain(question: Question, options: { readonly live: boolean }): Promise<Explanation>;
}
