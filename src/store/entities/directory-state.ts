import { defineEntity, p } from '@mikro-orm/core';

/** What the last complete read of a directory left behind. */
export const DirectoryState = defineEntity({
  name: 'DirectoryState',
  tableName: 'directory_state',
  properties: {
    directory: p.string().length(64).primary(),
    marker: p.text().nullable(),
    /** When the first account that was read expires, which moves no marker. */
    expiresNext: p.datetime().nullable(),
    /** The change marker of the last complete read, as the server gave it. */
    position: p.text().nullable(),
    /** How often the marker was forgotten. */
    forgotten: p.integer().default(0),
    server: p.text(),
    configDigest: p.text(),
    lastCompleteAt: p.datetime(),
    idAttribute: p.string().length(64).nullable(),
    /** Of names and DNs: which rules the links were made by. */
    normalisation: p.string().length(64).nullable(),
    /** When the first run that changes anything was allowed. */
    confirmedAt: p.datetime().nullable(),
  },
});
