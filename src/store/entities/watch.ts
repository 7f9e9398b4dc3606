/** The entity of the watch of a directory. */
import { defineEntity, p } from '@mikro-orm/core';
import { MECHANISMS } from '../../model/watch.ts';

/** `owner`: the process that follows the changes, until `leaseUntil`. */
export const DirectoryWatch = defineEntity({
  name: 'DirectoryWatch',
  tableName: 'directory_watch',
  properties: {
    directory: p.string().length(64).primary(),
    owner: p.string().length(200).nullable(),
    leaseUntil: p.datetime().nullable(),
    mechanism: p.enum(MECHANISMS).columnType('varchar(32)').nullable(),
    server: p.text().nullable(),
    since: p.datetime().nullable(),
    /** Everything that the directory committed before is applied or held. */
    currentAt: p.datetime().nullable(),
    changedAt: p.datetime().nullable(),
    problem: p.text().nullable(),
    /** Reported changes that may have an effect, and watches that ended with an error. */
    reported: p.bigint('number').defaultRaw('0'),
    reopened: p.bigint('number').defaultRaw('0'),
    /** Runs that applied reported changes, their seconds in all, and by LAG_LIMITS how many ended in time. */
    hints: p.bigint('number').defaultRaw('0'),
    hintSeconds: p.double().default(0),
    hintBuckets: p.array(Number).columnType('bigint[]').defaultRaw("'{}'"),
  },
});
