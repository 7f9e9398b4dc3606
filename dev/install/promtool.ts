/** promtool for `npm run test:vendors`: the machine's own, or Debian's unpacked under `.rollcall/debian-prometheus`. */
import { unpackMissing } from '../servers/debian.ts';
import { unpacked } from '../servers/programs.ts';

/** Throws an error that says what to do if it is not available. */
export function installPromtool(): Promise<void> {
  return unpackMissing('promtool', {
    names: ['prometheus'],
    programs: { promtool: 'usr/bin/promtool' },
    target: unpacked.prometheus,
  });
}
