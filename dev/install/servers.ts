/**
 * Redis and OpenLDAP from Debian's packages for the tests. Run as a program, it installs them and prints their paths.
 */
import { unpackDebian } from '../servers/debian.ts';
import { findProgram, unpacked } from '../servers/programs.ts';

const names = ['redis-server', 'slapd', 'ldap-utils'];
const programs = {
  'redis-server': 'usr/bin/redis-server',
  slapd: 'usr/sbin/slapd',
  ldapsearch: 'usr/bin/ldapsearch',
};

/**
 * Returns when redis-server, slapd and ldapsearch are available: from the machine, or from Debian's packages, unpacked
 * under `.rollcall/debian`. Otherwise throws an error that says what to do.
 */
export async function installPrograms(say: (line: string) => void): Promise<void> {
  if (Object.keys(programs).every(name => findProgram(name) !== undefined)) return;
  say(`unpacking ${names.join(', ')} of Debian under .rollcall/debian`);
  try {
    await unpackDebian({ names, programs, target: unpacked.servers });
  } catch (error) {
    throw new Error(
      `The tests need Redis and OpenLDAP, and the Debian packages could not be unpacked. Install them (apt-get install ${names.join(' ')}) or start a Docker engine.`,
      { cause: error },
    );
  }
}

if (import.meta.main) {
  await installPrograms(console.log);
  for (const name of Object.keys(programs)) console.log(`${name}: ${findProgram(name)?.path}`);
}
