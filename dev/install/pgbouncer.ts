/** PgBouncer for `npm run test:vendors`: the machine's own, or Debian's unpacked under `.rollcall/debian-pgbouncer`. */
import { unpackMissing } from '../servers/debian.ts';
import { unpacked } from '../servers/programs.ts';

/** Throws an error that says what to do if it is not available. */
export function installPgbouncer(): Promise<void> {
  return unpackMissing('PgBouncer', {
    names: ['pgbouncer'],
    programs: { pgbouncer: 'usr/sbin/pgbouncer' },
    target: unpacked.pgbouncer,
  });
}
