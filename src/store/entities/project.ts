import { defineEntity, p } from '@mikro-orm/core';
import { Team } from './team.ts';

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
