/** Finds the files of the console in a build. A build has this file in place of assets.ts: see dev/build/service.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Console, type ConsoleFile, TYPES } from './console-file.ts';

/** The chunks are one folder below the root of the build. */
const built = (path: string) => new URL(`../${path}`, import.meta.url);

/** Reads the page and all files that it loads. The names of the files change with their content. */
export function readConsole(): Console {
  const read = (name: string) => readFileSync(built(`console/${name}`));
  const names = readdirSync(built('console')).filter(name => extname(name) in TYPES);
  const files = names.map((name): [string, ConsoleFile] => [
    name,
    {
      type: TYPES[extname(name)] ?? '',
      content: read(name),
      encodings: { br: read(`${name}.br`), gzip: read(`${name}.gz`) },
    },
  ]);
  return { index: read('index.html').toString(), files: new Map(files) };
}

/** Options of Bull Board: the folder in which it finds its `dist`. */
export const queueView = { uiBasePath: fileURLToPath(built('queues')) };
