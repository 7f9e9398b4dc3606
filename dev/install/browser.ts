/**
 * Chromium from Debian's packages for the tests and screenshots of the console. Run as a program, it installs it and
 * prints its path.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackDebian } from '../servers/debian.ts';
import { findProgram, requireProgram, unpacked } from '../servers/programs.ts';

const names = ['chromium', 'fonts-dejavu-core', 'libnss3'];
const programs = { chromium: 'usr/lib/chromium/chromium' };

/** The unpacked fonts, in addition to those of the machine: Chromium needs at least one. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
const environment = `export FONTCONFIG_FILE="$root/fonts.conf"
export XDG_DATA_DIRS="$root/usr/share:\${XDG_DATA_DIRS:-/usr/share}"`;

/**
 * Returns the path of a Chromium: that of the machine, or Debian's, unpacked under `.rollcall/debian-browser`.
 * Otherwise throws an error that says what to do.
 */
export async function installBrowser(say: (line: string) => void): Promise<string> {
  const found = findProgram('chromium');
  if (found !== undefined) return found.path;
  say('unpacking chromium of Debian under .rollcall/debian-browser');
  try {
    await unpackDebian({ names, programs, target: unpacked.browser, environment });
    await writeFile(join(unpacked.browser, 'fonts.conf'), FONTS);
  } catch (error) {
    throw new Error(
      'Chromium is needed, and the Debian packages could not be downloaded. Install it (apt-get install chromium).',
      { cause: error },
    );
  }
  return requireProgram('chromium', 'dev/install/browser.ts').path;
}

if (import.meta.main) console.log(await installBrowser(console.log));
