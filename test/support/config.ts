/** Configuration files in temporary folders, for tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedSettings, loadSettings } from '../../src/config/load-settings.ts';
import { dnProblem, filterProblem } from '../../src/directory/syntax/validate.ts';
import { ConfigError } from '../../src/errors.ts';
import { normaliseName } from '../../src/mapping/group-name.ts';
import { scheduleProblem } from '../../src/queue/schedule/cron.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The checks of the product. */
export const checks = { dnProblem, filterProblem, normaliseName, scheduleProblem };

/** A folder that is deleted at the end of the test. `write` returns the path of the file. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  write(name: string, text: string): Promise<string>;
}

/** Creates an empty temporary folder. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-config-'));
  return {
    path,
    write: async (name, text) => {
      const file = join(path, name);
      await writeFile(file, text);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Loads the text as `rollcall.yaml` in a folder of its own; `files` are written to the same folder. */
export async function loadText(
  text: string,
  { env = {}, files = {} }: { env?: Env; files?: Readonly<Record<string, string>> } = {},
): Promise<LoadedSettings> {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await folder.write(name, content);
  return await loadSettings({ file: await folder.write('rollcall.yaml', text), env, checks });
}

/** The problems of an invalid configuration, without the folder: `rollcall.yaml:3 http.port: must be …`. */
export async function problemsOf(...args: Parameters<typeof loadText>): Promise<string[]> {
  try {
    await loadText(...args);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(line => line.replaceAll(/\/\S*rollcall-config-\w+\//g, ''));
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** A small valid configuration. Each replacement is [old text, new text]. */
export function configText(...replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((text, [what, by]) => {
    if (!text.includes(what)) throw new Error(`the configuration has no "${what}"`);
    return text.replace(what, () => by);
  }, VALID);
}

const VALID = `database:
  url: postgres://rollcall@db/rollcall
http:
  tokens:
    - { name: ops, role: admin, secret: t0ken-of-ops }
directories:
  - name: corp
    urls: ["ldaps://ldap.example.com"]
    bindDn: cn=rollcall,dc=example,dc=com
    bindPassword: hunter2
    users: { baseDn: "ou=people,dc=example,dc=com" }
    groups: { baseDn: "ou=groups,dc=example,dc=com" }
    mappings:
      - { team: platform, name: "{cn}" }
`;
