/** Finds the packages whose modules are in a build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

export interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** As in package-lock.json. */
  readonly integrity: string;
  /** The text of its licence; undefined: the package has none. */
  readonly text: string | undefined;
}

/** The packages with modules at these paths, by name. Throws if one is not in package-lock.json, or has no licence. */
export function componentsOf(root: string, paths: readonly string[]): readonly Component[] {
  const lock = lockFile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const folders = new Set(paths.flatMap(path => folderOf(root, path) ?? []));
  const found = [...folders].map((folder): Component => {
    const path = join(root, folder);
    const { name, version, license } = manifest.parse(
      JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')),
    );
    const integrity = lock.packages[folder]?.integrity;
    if (integrity === undefined) throw new Error(`package-lock.json has no integrity of ${folder}`);
    if (license === undefined) throw new Error(`the package ${name} does not say its licence`);
    return { name, version, license, integrity, text: licenceText(path) };
  });
  // One version can be in several folders.
  const unique = new Map(found.map(component => [`${component.name}@${component.version}`, component]));
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

/** `node_modules/a/node_modules/@b/c` of a path below it; undefined: our own file, or one of the bundler. */
function folderOf(root: string, path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replace(root, ''))?.[0];
}

function licenceText(folder: string): string | undefined {
  const name = readdirSync(folder).find(each => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(each));
  return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8').trim();
}
