/** An application that was there before Rollcall, in a database that others designed. */
import type { Client } from 'pg';
import type { Organisation } from '../../../../dev/organisation/model/model.ts';
import { type LocalUserRow, localTeams, localUsers } from '../../../../dev/organisation/truth/local.ts';
import type { CoreSettings } from '../../../../src/model/settings.ts';

export interface Application {
  /** Its tables, with constraints and triggers of its own, and data that Rollcall does not use. */
  readonly schema: string;
  /** Inserts a user from $1 username, $2 email, $3 full name, $4 active. */
  readonly user: string;
  /** Inserts a team from $1 slug, $2 name; in Rollcall's own table if the application has no teams. */
  readonly team: string;
  /** Inserts a project from $1 slug of the team, $2 slug. */
  readonly project: string;
  /** The configuration. */
  readonly core: CoreSettings;
  /** How the application deletes a user, by $1 username. */
  readonly deleteUser: string;
  /** How the application breaks its own rule, and the SQLSTATE with which its database refuses. */
  readonly mistake: readonly [statement: string, sqlState: string];
  /** A query of what the application's own trigger or default did for new users: one row each. */
  readonly effects: string;
}

/** Inserts the local users of the organisation. */
export async function seedUsers(client: Client, app: Application, organisation: Organisation): Promise<void> {
  for (const row of localUsers(organisation)) await client.query(app.user, valuesOf(row));
}

/** Inserts the teams with their projects. */
export async function seedTeams(client: Client, app: Application): Promise<void> {
  for (const { slug, name, projects } of localTeams()) {
    await client.query(app.team, [slug, name]);
    for (const project of projects) await client.query(app.project, [slug, project]);
  }
}

function valuesOf({ username, email, fullName, isActive }: LocalUserRow) {
  return [username, email, fullName, isActive];
}
