/** Starts compose.yaml for the container tests. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { freePort } from '../../dev/servers/port.ts';

const run = promisify(execFile);

export interface Composed extends AsyncDisposable {
  readonly url: string;
  /** A request to the API with the admin token. */
  api(path: string, init?: { readonly method: string; readonly body: string }): Promise<Response>;
  /** Runs `docker compose …` on this project and returns its output. */
  compose(...args: string[]): Promise<string>;
  /** The state of the container of a service according to Docker. */
  inspect(service: string, format: string): Promise<string>;
}

/** Builds the images of compose.yaml and starts it under its own project name until every service is healthy. */
export async function composeUp(): Promise<Composed> {
  const port = await freePort();
  const token = randomBytes(24).toString('hex');
  const env = { ...process.env, ROLLCALL_ADMIN_TOKEN: token, ROLLCALL_PORT: String(port) };
  const project = `rollcall-test-${process.pid}`;
  const compose = async (...args: string[]) => {
    const { stdout } = await run('docker', ['compose', '--project-name', project, ...args], { env });
    return stdout.trim();
  };
  const down = async () => {
    await compose('down', '--volumes', '--timeout', '5');
  };
  try {
    await compose('build');
    await compose('up', '--detach', '--wait');
  } catch (error) {
    const logs = await compose('logs').catch(String);
    await down();
    throw new Error(`compose.yaml does not come up:\n${logs}`, { cause: error });
  }
  const url = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    url,
    api: (path, init) => fetch(`${url}${path}`, { headers, ...init }),
    compose,
    inspect: async (service, format) => {
      const container = await compose('ps', '--all', '--quiet', service);
      return (await docker('inspect', '--format', format, container)).trim();
    },
    [Symbol.asyncDispose]: down,
  };
}

/** Runs `docker …` and returns its output. */
export async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args)).stdout;
}
