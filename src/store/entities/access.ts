/** Entities of the access model that Rollcall shares with the application. */
import { defineEntity, p } from '@mikro-orm/core';

/** The levels of access. A smaller number has more privileges. */
const LEVELS = 'type in (0, 25, 50, 100)';

/** Characters beyond ASCII, or unusual white space. */
const UNUSUAL = ['username', 'email']
  .map(name => `octet_length(${name}) <> char_length(${name}) or ${name} ~ '^\\s|\\s$|\\s\\s|[\\t-\\r]'`)
  .join(' or ');

/** A local user. Rollcall creates users only for directories with `onUnknown: create`. */
export const AuthUser = defineEntity({
  name: 'AuthUser',
  tableName: 'auth_user',
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    username: p.string().length(30).unique(),
    email: p.string().length(254).default(''),
    fullName: p.string().length(255).default(''),
    isActive: p.boolean().default(true),
    isSuperuser: p.boolean().default(false),
    dateJoined: p.datetime().defaultRaw('now()'),
  },
  indexes: [
    { name: 'auth_user_superuser_index', properties: 'id', where: 'is_superuser' },
    { name: 'auth_user_unusual_index', properties: 'id', where: UNUSUAL },
  ],
});

export const Team = defineEntity({
  name: 'Team',
  tableName: 'team',
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    slug: p.string().length(50).unique(),
    name: p.string().length(64),
    owner: () => p.manyToOne(AuthUser).nullable().index().deleteRule('set null'),
    dateAdded: p.datetime().defaultRaw('now()'),
    memberships: () => p.oneToMany(TeamMember).mappedBy('team'),
    projects: () => p.oneToMany(Project).mappedBy('team'),
    groups: () => p.oneToMany(AccessGroup).mappedBy('team'),
  },
});

/**
 * A member of the whole team, with access to all its projects unless suspended (`isActive` false). No sync writes it.
 */
export const TeamMember = defineEntity({
  name: 'TeamMember',
  tableName: 'team_member',
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    user: () => p.manyToOne(AuthUser).index().deleteRule('cascade'),
    type: p.integer().default(50).check(LEVELS),
    isActive: p.boolean().default(true),
    dateAdded: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ properties: ['team', 'user'] }],
});

export const Project = defineEntity({
  name: 'Project',
  tableName: 'project',
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    slug: p.string().length(50),
    name: p.string().length(200),
    /** 0: visible. */
    status: p.integer().default(0),
    dateAdded: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ properties: ['team', 'slug'] }],
});

/**
 * A group that gives its members one level on some projects of its team. `managed`: a directory owns its name and
 * members.
 */
export const AccessGroup = defineEntity({
  name: 'AccessGroup',
  tableName: 'access_group',
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    name: p.string().length(64),
    type: p.integer().default(50).check(LEVELS),
    managed: p.boolean().default(false),
    data: p.json<object>().nullable(),
    dateAdded: p.datetime().defaultRaw('now()'),
    members: () => p.manyToMany(AuthUser).pivotEntity(() => AccessGroupMember),
    projects: () => p.manyToMany(Project).pivotEntity(() => AccessGroupProject),
  },
  uniques: [{ properties: ['team', 'name'] }, { properties: ['id', 'team', 'managed'] }],
  indexes: [{ properties: ['name', 'id'] }],
});

/** An explicit entity, because the pivot table of MikroORM would have no id column. */
export const AccessGroupMember = defineEntity({
  name: 'AccessGroupMember',
  tableName: 'access_group_members',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    accessGroup: () => p.manyToOne(AccessGroup).deleteRule('cascade'),
    user: () => p.manyToOne(AuthUser).index().deleteRule('cascade'),
  },
  uniques: [{ properties: ['accessGroup', 'user'] }],
});

/** The database ensures that the project belongs to the group's team. */
export const AccessGroupProject = defineEntity({
  name: 'AccessGroupProject',
  tableName: 'access_group_projects',
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    accessGroup: () => p.manyToOne(AccessGroup).deleteRule('cascade'),
    project: () => p.manyToOne(Project).index().deleteRule('cascade'),
  },
  uniques: [{ properties: ['accessGroup', 'project'] }],
});
