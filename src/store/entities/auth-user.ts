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
