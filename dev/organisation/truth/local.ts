/** What the application's own tables hold before the first sync. */
import type { Organisation } from '../model/model.ts';
import { COMPUTER } from '../model/windows.ts';
import { TEAM_SLUGS } from './settings.ts';

export interface LocalUserRow {
  readonly username: string;
  readonly email: string;
  readonly fullName: string;
  readonly isActive: boolean;
}

export interface LocalTeam {
  readonly slug: string;
  readonly name: string;
  readonly projects: readonly string[];
}

export interface ManualGroup {
  readonly team: string;
  readonly name: string;
  readonly members: readonly string[];
}

/** Usernames of people who join the directory during the churn. */
export const NEWCOMERS = ['newcomer.one', 'newcomer.two', 'newcomer.three'] as const;
/** Local users that nobody in the directory is: two of whom nobody can say which one Q.TWINS is, one named like a machine. */
const LOCAL_ONLY = ['q.twins', 'q.Twins', 'local.only', ...COMPUTER.attributes.sAMAccountName, ...NEWCOMERS];

/** The local users: nearly everybody in the directory, some in another letter case, and a few of its own. */
export function localUsers(organisation: Organisation): LocalUserRow[] {
  const row = (username: string, fullName: string, isActive = true) => ({
    username,
    email: `${username.toLowerCase()}@local.test`,
    fullName,
    isActive,
  });
  const rows = LOCAL_ONLY.map(username => row(username, username));
  for (const { local, cn } of organisation.people) {
    if (local !== undefined) rows.push(row(local, cn.slice(0, 200), local !== 'q.inactive'));
  }
  return rows;
}

/** The teams, each with two projects; mappings give the first one to their groups. */
export function localTeams(): LocalTeam[] {
  return TEAM_SLUGS.map(slug => ({ slug, name: `Team ${slug}`, projects: [`${slug}-api`, `${slug}-web`] }));
}

/** Groups that people made by hand. A directory group of the same name gets no AccessGroup (case A10). */
export function manualGroups(): ManualGroup[] {
  return [{ team: 'teams', name: 'Handmade', members: ['local.only'] }];
}
