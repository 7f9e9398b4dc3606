/** promtool for `npm run test:vendors`: the machine's own, or Debian's unpacked under `.rollcall/debian-prometheus`. */
import { unpackDebian } from '../servers/debian.ts';
import { findProgram, unpacked } from '../servers/programs.ts';

/** Throws an error that says what an operator can do if Debian's package cannot be downloaded. */
export async function installPromtool(): Promise<void> {
  if (findProgram('promtool') !== undefined) return;
  await unpackDebian({
    names: ['prometheus'],
    programs: { promtool: 'usr/bin/promtool' },
    target: unpacked.prometheus,
  }).catch(error => {
    throw new Error(
      'promtool is needed and could not be downloaded from Debian: apt-get install prometheus',
      {
        cause: error,
      },
    );
  });
}
