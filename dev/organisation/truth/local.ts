/** The contents of the application's own tables before the first sync. */
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

/** Usernames of people whom the churn creates. */
export const NEWCOMERS = ['newcomer.one', 'newcomer.two', 'newcomer.three'] as const;
/** Local users without a person in the directory: two that Q.TWINS matches equally, one named like a machine. */
const LOCAL_ONLY = ['q.twins', 'q.Twins', 'local.only', ...COMPUTER.attributes.sAMAccountName, ...NEWCOMERS];

/** The local users: nearly all people of the directory, some in another letter case, and a few others. */
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

/** The teams, each with two projects; mappings assign the first one to their groups. */
export function localTeams(): LocalTeam[] {
  return TEAM_SLUGS.map(slug => ({ slug, name: `Team ${slug}`, projects: [`${slug}-api`, `${slug}-web`] }));
}

/** Manual groups. A directory group with the same name gets no AccessGroup (situation A10). */
export function manualGroups(): ManualGroup[] {
  return [{ team: 'teams', name: 'Handmade', members: ['local.only'] }];
}
