import { defineEntity, p } from '@mikro-orm/core';
import { AuthUser } from './auth-user.ts';
import { Team } from './team.ts';

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
