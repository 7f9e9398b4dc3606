import { defineEntity, p } from '@mikro-orm/core';
import { Team } from './team.ts';

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
