/** Where the application keeps its users, teams, team members and projects, if Rollcall does not keep them itself. */

export type UserColumn = 'id' | 'username' | 'email' | 'fullName' | 'active' | 'superuser';
export type TeamColumn = 'id' | 'slug' | 'name' | 'owner';
export type TeamMemberColumn = 'team' | 'user' | 'type' | 'active' | 'added';
export type ProjectColumn = 'id' | 'team' | 'slug' | 'name' | 'active';

/** One table of the application. Names are written as PostgreSQL stores them. */
export interface TheirTable<Column extends string = string> {
  readonly schema: string;
  readonly table: string;
  /** The column names by meaning. What the application does not have is left out. */
  readonly columns: { readonly [meaning in Column]?: string | undefined };
  /** The values of other columns in rows that Rollcall inserts. */
  readonly constants: Readonly<Record<string, string | number | boolean>>;
}

/** The tables of the application. A table that is left out is Rollcall's own. */
export interface CoreSettings {
  readonly users: TheirTable<UserColumn>;
  readonly teams?: TheirTable<TeamColumn>;
  readonly teamMembers?: TheirTable<TeamMemberColumn>;
  readonly projects?: TheirTable<ProjectColumn>;
}
