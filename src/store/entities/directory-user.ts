import { defineEntity, p } from '@mikro-orm/core';
import type { UserLink } from '../../model-current.ts';
import { AuthUser } from './auth-user.ts';

/** Which local user a directory entry is. `runId`: the run that wrote the row last. */
export const DirectoryUser = defineEntity({
  name: 'DirectoryUser',
  tableName: 'directory_user',
  uniques: [{ properties: ['user', 'directory'] }],
  properties: {
    directory: p.string().length(64).primary(),
    externalId: p.uuid().primary(),
    dn: p.text(),
    username: p.text().nullable(),
    user: () => p.manyToOne(AuthUser).deleteRule('cascade'),
    matchedBy: p.string().length(16).$type<UserLink['matchedBy']>(),
    runId: p.bigint('number'),
  },
});
