import { defineEntity, p } from '@mikro-orm/core';

/** A local person. Rollcall creates one only where a directory says `onUnknown: create`. */
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
  },
});

/** Reaches all projects of the team, unless suspended (`isActive` false); no sync ever writes it. */
export const TeamMember = defineEntity({
  name: 'TeamMember',
  tableName: 'team_member',
  uniques: [{ properties: ['team', 'user'] }],
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    user: () => p.manyToOne(AuthUser).index().deleteRule('cascade'),
    type: p.integer().default(50),
    isActive: p.boolean().default(true),
    dateAdded: p.datetime().defaultRaw('now()'),
  },
});

export const Project = defineEntity({
  name: 'Project',
  tableName: 'project',
  uniques: [{ properties: ['team', 'slug'] }],
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    slug: p.string().length(50),
    name: p.string().length(200),
    /** 0: visible. */
    status: p.integer().default(0),
    dateAdded: p.datetime().defaultRaw('now()'),
  },
});

/** Members of a team with a level on some of its projects. `managed`: a directory owns its name and members. */
export const AccessGroup = defineEntity({
  name: 'AccessGroup',
  tableName: 'access_group',
  uniques: [{ properties: ['team', 'name'] }, { properties: ['id', 'team', 'managed'] }],
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    team: () => p.manyToOne(Team).deleteRule('cascade'),
    name: p.string().length(64),
    type: p.integer().default(50),
    managed: p.boolean().default(false),
    data: p.json().nullable(),
    dateAdded: p.datetime().defaultRaw('now()'),
  },
});

/** An entity of its own, because the pivot table that MikroORM would make has no id of its own. */
export const AccessGroupMember = defineEntity({
  name: 'AccessGroupMember',
  tableName: 'access_group_members',
  uniques: [{ properties: ['accessGroup', 'user'] }],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    accessGroup: () => p.manyToOne(AccessGroup).deleteRule('cascade'),
    user: () => p.manyToOne(AuthUser).index().deleteRule('cascade'),
  },
});

/** The project is one of the group's own team: the database refuses any other. */
export const AccessGroupProject = defineEntity({
  name: 'AccessGroupProject',
  tableName: 'access_group_projects',
  uniques: [{ properties: ['accessGroup', 'project'] }],
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    accessGroup: () => p.manyToOne(AccessGroup).deleteRule('cascade'),
    project: () => p.manyToOne(Project).index().deleteRule('cascade'),
  },
});
