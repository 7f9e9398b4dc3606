import { defineEntity, p } from '@mikro-orm/core';
import { AccessGroup } from './access-group.ts';
import { AuthUser } from './auth-user.ts';

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
