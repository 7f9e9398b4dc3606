/** Finds the programs of servers on this machine or among the unpacked packages. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of unpacked Debian packages, on a machine that does not have them installed. */
export const unpacked = {
  servers: fileURLToPath(new URL('../../.rollcall/debian/', import.meta.url)),
  python: fileURLToPath(new URL('../../.rollcall/debian-python/', import.meta.url)),
  pgbouncer: fileURLToPath(new URL('../../.rollcall/debian-pgbouncer/', import.meta.url)),
  prometheus: fileURLToPath(new URL('../../.rollcall/debian-prometheus/', import.meta.url)),
  kubernetes: fileURLToPath(new URL('../../.rollcall/kubernetes/', import.meta.url)),
  browser: fileURLToPath(new URL('../../.rollcall/debian-browser/', import.meta.url)),
} as const;

export interface Program {
  readonly path: string;
  /** The root of the file system of its files: `/`, or the folder of its unpacked package. */
  readonly root: string;
}

/** The path of a program of the machine or of the unpacked packages; undefined: neither has it. */
export function findProgram(name: string): Program | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const path = folders.map(folder => join(folder, name)).find(isExecutable);
  if (path !== undefined) return { path, root: '/' };
  const root = Object.values(unpacked).find(folder => isExecutable(join(folder, 'run', name)));
  return root === undefined ? undefined : { path: join(root, 'run', name), root };
}

/** As findProgram; throws an error that says which command installs it. */
export function requireProgram(name: string, installer = 'dev/install/servers.ts'): Program {
  const program = findProgram(name);
  if (program === undefined) {
    throw new Error(`${name} is not on this machine: \`node dev/run.js ${installer}\` gets it from Debian`);
  }
  return program;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
