/** Python for the tests of docs/events.md: the machine's own, or Debian's unpacked under `.rollcall/debian-python`. */
import { unpackDebian } from '../servers/debian.ts';
import { findProgram, type Program, requireProgram, unpacked } from '../servers/programs.ts';

const installer = 'dev/install/python.ts';

/** Returns python3. Throws an error that says what to do if it is not available. */
export async function requirePython(): Promise<Program> {
  if (findProgram('python3') === undefined)
    await unpackDebian({
      names: ['python3-minimal', 'libpython3-stdlib'],
      programs: { python3: 'usr/bin/python3' },
      target: unpacked.python,
    }).catch(error => {
      throw new Error(
        'Python is needed, and the Debian packages could not be downloaded: apt-get install python3',
        {
          cause: error,
        },
      );
    });
  return requireProgram('python3', installer);
}
