/** The truth table of who can access what. Team red has the projects p1, p2 and p3 (ids 1, 2, 3); the user has id 1. */
import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.ts';
import { rowsOf, seed } from '../../support/given/saved-plan.ts';
import { forceSql } from '../../support/servers/force.ts';

interface Group {
  readonly type: number;
  readonly projects: readonly number[];
  readonly managed?: boolean;
}

export interface Situation {
  readonly row: number;
  readonly title: string;
  readonly user?: { readonly active?: boolean; readonly superuser?: boolean };
  readonly owner?: boolean;
  readonly member?: { readonly type: number; readonly active?: boolean };
  readonly groups?: readonly Group[];
  readonly hidden?: readonly number[];
  /** The level on each project, and its source. */
  readonly access: Readonly<Record<string, readonly [number, string]>>;
}

const ALL = (type: number, via: string) => ({ p1: [type, via], p2: [type, via], p3: [type, via] }) as const;
/** A group with that level on these projects. */
export const on = (type: number, ...projects: number[]): Group => ({ type, projects });

/** Rows 1 to 21. Row 18 is a rule of the database and has tests of its own. */
export const TABLE: readonly Situation[] = [
  { row: 1, title: 'no membership gives no access', access: {} },
  { row: 2, title: 'a superuser has everything', user: { superuser: true }, access: ALL(0, 'superuser') },
  {
    row: 3,
    title: 'a team owner with a membership',
    owner: true,
    member: { type: 0 },
    access: ALL(0, 'team'),
  },
  { row: 4, title: 'a team owner without a membership has nothing', owner: true, access: {} },
  { row: 5, title: 'a team member', member: { type: 50 }, access: ALL(50, 'team') },
  { row: 6, title: 'a machine in the team', member: { type: 100 }, access: ALL(100, 'team') },
  { row: 7, title: 'a group on one project', groups: [on(50, 1)], access: { p1: [50, 'group'] } },
  { row: 8, title: 'an owner group on one project', groups: [on(0, 1)], access: { p1: [0, 'group'] } },
  {
    row: 9,
    title: 'two groups on two projects give separate levels',
    groups: [on(0, 1), on(50, 2)],
    access: { p1: [0, 'group'], p2: [50, 'group'] },
  },
  {
    row: 10,
    title: 'a team member with an owner group on one project',
    member: { type: 50 },
    groups: [on(0, 1)],
    access: { p1: [0, 'group'], p2: [50, 'team'], p3: [50, 'team'] },
  },
  { row: 11, title: 'an owner group without projects gives nothing', groups: [on(0)], access: {} },
  {
    row: 12,
    title: 'the smaller level wins',
    member: { type: 0 },
    groups: [on(50, 1)],
    access: ALL(0, 'team'),
  },
  { row: 13, title: 'a machine group', groups: [on(100, 1)], access: { p1: [100, 'group'] } },
  { row: 14, title: 'a suspended team member has nothing', member: { type: 50, active: false }, access: {} },
  {
    row: 15,
    title: 'a suspension in the team overrides the group (C13)',
    member: { type: 50, active: false },
    groups: [{ ...on(50, 1), managed: true }],
    access: {},
  },
  {
    row: 16,
    title: 'an inactive user has nothing and keeps the rows (C9)',
    user: { active: false, superuser: true },
    member: { type: 0 },
    groups: [on(50, 1)],
    access: {},
  },
  {
    row: 17,
    title: 'a managed group gives the same as a manual one',
    groups: [{ ...on(50, 1), managed: true }],
    access: { p1: [50, 'group'] },
  },
  {
    row: 19,
    title: 'a hidden project is accessible to no user',
    member: { type: 0 },
    groups: [on(0, 1)],
    hidden: [1],
    access: { p2: [0, 'team'], p3: [0, 'team'] },
  },
  {
    row: 20,
    title: 'of two groups the smaller level wins, and its group is the source (F60)',
    groups: [on(50, 1), on(0, 1)],
    access: { p1: [0, 'group'] },
  },
  { row: 21, title: 'out of the group, still in the team', member: { type: 50 }, access: ALL(50, 'team') },
];

/** Creates the situation in an empty database. */
export async function arrange(db: Database, situation: Situation): Promise<void> {
  const { user = {}, member, groups = [], hidden = [] } = situation;
  await seed(db, 1);
  await rowsOf(
    db,
    sql`update auth_user set is_active = ${user.active ?? true}, is_superuser = ${user.superuser ?? false}`,
  );
  if (situation.owner === true) await rowsOf(db, sql`update team set owner_id = 1`);
  if (member !== undefined) {
    await rowsOf(
      db,
      sql`insert into team_member (team_id, user_id, type, is_active) values (1, 1, ${member.type}, ${member.active ?? true})`,
    );
  }
  for (const [at, { type, projects, managed = false }] of groups.entries()) {
    // Leaves out the directory that a managed group would need.
    await forceSql(
      db,
      sql`
        with made as (
          insert into access_group (team_id, name, type, managed) values (1, ${`group${at}`}, ${type}, ${managed})
          returning id
        ), member as (
          insert into access_group_members (access_group_id, user_id) select id, 1 from made
        )
        insert into access_group_projects (access_group_id, project_id)
        select id, unnest(${projects}::int[]) from made`,
    );
  }
  await rowsOf(db, sql`update project set status = 1 where id = any(${hidden}::int[])`);
}
