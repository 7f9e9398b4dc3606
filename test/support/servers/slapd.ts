import { inject } from 'vitest';
import { installPrograms } from '../../../dev/install/servers.ts';
import { type Slapd, type SlapdOptions, startSlapd as startProgram } from '../../../dev/servers/slapd.ts';

/** An OpenLDAP of the test's own, as described at the embedded one: a container where Docker answers. */
export async function startSlapd(options: SlapdOptions): Promise<Slapd> {
  if (inject('ground') === 'machine') return startProgram(options);
  // The socket of a container, and its view of certificate files, are not ours.
  if (options.tls || options.socket) {
    await installPrograms(console.error);
    return startProgram(options);
  }
  const { slapdContainer } = await import('./containers.ts');
  return slapdContainer(options);
}
