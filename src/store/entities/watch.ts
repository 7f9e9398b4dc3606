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
    /** Every earlier change of the directory is applied or held. */
    currentAt: p.datetime().nullable(),
    changedAt: p.datetime().nullable(),
    problem: p.text().nullable(),
    /** Reported changes that may have an effect, and watches that ended with an error. */
    reported: p.bigint('number').defaultRaw('0'),
    reopened: p.bigint('number').defaultRaw('0'),
    /** Runs that applied reported changes: their number, the sum of their seconds, and how many ended within each of LAG_LIMITS. */
    hints: p.bigint('number').defaultRaw('0'),
    hintSeconds: p.double().default(0),
    hintBuckets: p.array(Number).columnType('bigint[]').defaultRaw("'{}'"),
    /** Applied changes of which the directory showed the time: the same numbers of the time until their commit. */
    lags: p.bigint('number').defaultRaw('0'),
    lagSeconds: p.double().default(0),
    lagBuckets: p.array(Number).columnType('bigint[]').defaultRaw("'{}'"),
  },
});
