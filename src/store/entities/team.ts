import { defineEntity, p } from '@mikro-orm/core';
import { AuthUser } from './auth-user.ts';

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
