/** Runs a server as an account without rights if this process is root. */
import { chown } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isOpenToAll } from './folder.ts';

// `nobody`, with this number on every Debian. An account of our own would stay behind in the system.
const nobody = 65_534;

// Over file permissions, kept through the change of account; access(2), which initdb asks, would ignore it otherwise.
const everywhere = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];

/**
 * The command that runs as `nobody` instead of root, with `paths` given to that account. If the account cannot reach
 * the program or the paths (a checkout under /root), it gets the capability to do so.
 */
export async function unprivileged(
  command: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return command;
  await Promise.all(paths.map(path => chown(path, nobody, nobody)));
  const [program = ''] = command;
  const reachable = await Promise.all([program, ...paths.map(path => dirname(path))].map(isOpenToAll));
  const pass = reachable.every(Boolean) ? [] : everywhere;
  return ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...pass, ...command];
}
