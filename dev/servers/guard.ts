/** Stops an embedded server and removes its data when this process ends, even by SIGKILL. */
import { spawn } from 'node:child_process';

// Reads "PID SIGNAL" lines and remembers the last. The end of its input means that the parent process has ended in any way.
const script = `
trap '' INT TERM HUP
# A zombie counts as ended, because it stays one if PID 1 is not an init process.
lives() { kill -0 "$1" 2>/dev/null && ! grep -q ') Z' "/proc/$1/stat" 2>/dev/null; }
last=0 how=
while read -r pid signal; do last=$pid how=$signal; done
if [ "$last" != 0 ]; then
  kill -s "$how" "$last" 2>/dev/null
  tries=0
  while lives "$last" && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
  kill -s KILL "$last" 2>/dev/null
fi
[ -z "$1" ] || rm -rf -- "$1"
`;

export interface Guard {
  /** Sets the child that the guard stops when this process ends; undefined: none. */
  watch(pid: number | undefined): void;
  /** Removes the temporary folder and ends the guard. */
  release(): Promise<void>;
}

/**
 * A shell that outlives this process, even after SIGKILL, until it has stopped the child and removed `folder`
 * (undefined: nothing is removed). It has its own session, so that Ctrl-C does not reach it.
 */
export function startGuard(options: { folder: string | undefined; signal: NodeJS.Signals }): Guard {
  const shell = spawn('/bin/sh', ['-c', script, 'guard', options.folder ?? ''], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve, reject) => {
    shell.once('exit', () => resolve());
    shell.once('error', reject);
  });
  gone.catch(() => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return {
    watch: pid => void shell.stdin.write(`${pid ?? 0} ${options.signal.slice('SIG'.length)}\n`),
    release: () => {
      shell.ref();
      shell.stdin.end();
      return gone;
    },
  };
}
