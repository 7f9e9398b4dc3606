/** Chromium for the console's tests and pictures, out of Debian's packages. Run by itself it gets it and says where it is. */
import { unpackDebian } from './embedded/debian.ts';
import { findProgram, requireProgram, unpacked } from './embedded/programs.ts';

const names = ['chromium', 'fontconfig-config', 'fonts-dejavu-core', 'libnss3'];
const programs = { chromium: 'usr/lib/chromium/chromium' };

/** Where the machine has no fonts, those that were unpacked; a list of folders is all that fontconfig needs. */
const environment = `[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$root/etc/fonts/fonts.conf" FONTCONFIG_SYSROOT="$root"
export XDG_DATA_DIRS="$root/usr/share:\${XDG_DATA_DIRS:-/usr/share}"`;

/**
 * Answers the path of a Chromium: the machine's own, or Debian's unpacked under `.rollcall/debian-browser`. Throws an error
 * that says what a person can do where that fails.
 */
export async function installBrowser(say: (line: string) => void): Promise<string> {
  const found = findProgram('chromium');
  if (found !== undefined) return found.path;
  say('unpacking chromium of Debian under .rollcall/debian-browser');
  try {
    await unpackDebian({ names, programs, target: unpacked.browser, environment });
  } catch (error) {
    throw new Error(
      'Chromium is needed and could not be had from Debian. Install it (apt-get install chromium).',
      { cause: error },
    );
  }
  return requireProgram('chromium', 'dev/install-browser.ts').path;
}

if (import.meta.main) console.log(await installBrowser(console.log));
