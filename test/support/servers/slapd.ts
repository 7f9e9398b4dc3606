/** The OpenLDAP servers of the tests, in a container or on this machine. */
import { inject } from 'vitest';
import { installPrograms } from '../../../dev/install/servers.ts';
import { type Slapd, type SlapdOptions, startSlapd as startProgram } from '../../../dev/servers/slapd.ts';

/** A separate OpenLDAP with the options of the embedded one, in a container if Docker is available. */
export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  if (inject('servers') === 'machine') return startProgram(options);
  // A test cannot use the socket of a container, and a container cannot read the test's certificate files.
  if (options.tls || options.socket) {
    await installPrograms(console.error);
    return startProgram(options);
  }
  const { slapdContainer } = await import('./containers.ts');
  return slapdContainer(options);
}
