/** PgBouncer for `npm run test:vendors`: the machine's own, or Debian's unpacked under `.rollcall/debian-pgbouncer`. */
import { unpackDebian } from '../servers/debian.ts';
import { findProgram, unpacked } from '../servers/programs.ts';

/** Throws an error that says what to do if it is not available. */
export async function installPgbouncer(): Promise<void> {
  if (findProgram('pgbouncer') !== undefined) return;
  await unpackDebian({
    names: ['pgbouncer'],
    programs: { pgbouncer: 'usr/sbin/pgbouncer' },
    target: unpacked.pgbouncer,
  }).catch(error => {
    throw new Error(
      'PgBouncer is needed, and the Debian packages could not be downloaded: apt-get install pgbouncer',
      {
        cause: error,
      },
    );
  });
}
