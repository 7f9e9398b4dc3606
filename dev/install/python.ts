/** Python for the tests of docs/events.md: the machine's own, or Debian's unpacked under `.rollcall/debian-python`. */
import { unpackMissing } from '../servers/debian.ts';
import { type Program, requireProgram, unpacked } from '../servers/programs.ts';

const installer = 'dev/install/python.ts';

/** Returns python3. Throws an error that says what to do if it is not available. */
export async function requirePython(): Promise<Program> {
  await unpackMissing('Python', {
    names: ['python3-minimal', 'libpython3-stdlib'],
    programs: { python3: 'usr/bin/python3' },
    target: unpacked.python,
  });
  return requireProgram('python3', installer);
}
