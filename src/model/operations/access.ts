/** Queries about teams, groups, users and their access, for the API and the commands. Types only. */
import type {
  Explanation,
  Grant,
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
import type { PersonDetail } from './person.ts';
import type { SearchResults } from './search.ts';

/**
 * A team or an AccessGroup that a user is a member of, also without a project; `superuser`: the flag of an active user.
 * `suspended`: the account is inactive, or the user is suspended in the team, so that it gives no access at present.
 */
export interface Membership {
  readonly kind: Grant['kind'];
  readonly team: string | null;
  readonly group: string | null;
  readonly groupId: number | null;
  /** The directory that owns the group; null: it is manual. */
  readonly directory: string | null;
  readonly suspended: boolean;
  /** When the membership of the group began; null: the audit does not know. */
  readonly since: Date | null;
}

/** Each throws RefusedError if the team, group, user or project does not exist. */
export interface AccessOperations {
  listTeams(page: PageRequest<NameKey>): Promise<Page<TeamSummary, NameKey>>;
  teamMembers(team: string, page: PageRequest<NameKey>): Promise<Page<TeamMember, NameKey>>;
  teamProjects(team: string, page: PageRequest<NameKey>): Promise<Page<ProjectSummary, NameKey>>;
  listGroups(filter: GroupFilter): Promise<Page<GroupSummary, GroupKey>>;
  getGroup(id: number): Promise<GroupDetail>;
  groupMembers(id: number, page: UserFilter): Promise<Page<GroupMember, NameKey>>;
  listUsers(page: UserFilter): Promise<Page<UserSummary, NameKey>>;
  getUser(username: string): Promise<PersonDetail>;
  /** With `at`, uses the memberships of groups at that instant. */
  memberships(
    username: string,
    page: PageRequest<ProjectKey>,
    at?: Date,
  ): Promise<Page<Membership, ProjectKey>>;
  /** With `at`, uses the memberships of groups at that instant. */
  userAccess(
    username: string,
    page: PageRequest<ProjectKey>,
    at?: Date,
  ): Promise<Page<UserAccess, ProjectKey>>;
  /** With `at`, uses the memberships at that instant. */
  projectAccess(
    project: ProjectName,
    page: PageRequest<NameKey>,
    at?: Date,
  ): Promise<Page<ProjectAccess, NameKey>>;
  /** At most `limit` results of each kind. */
  search(text: string, limit: number): Promise<SearchResults>;
  /** With `live`, also queries the directory. */
  explain(question: Question, options: { readonly live: boolean }): Promise<Explanation>;
}
