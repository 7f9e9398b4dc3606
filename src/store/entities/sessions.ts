/** The entity of the sessions of signed-in users. */
import { defineEntity, p } from '@mikro-orm/core';

/** `id`: a hash of the secret. `provider`: the issuer and client with which the user signed in. */
export const UserSession = defineEntity({
  name: 'UserSession',
  tableName: 'user_session',
  properties: {
    id: p.character().length(64).primary(),
    provider: p.text(),
    name: p.text(),
    groups: p.array().columnType('text[]'),
    createdAt: p.datetime().defaultRaw('now()'),
    seenAt: p.datetime().defaultRaw('now()'),
  },
});
