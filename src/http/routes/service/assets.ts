/** Finds the files of the console, and of the libraries that it uses, in a checkout. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Console, TYPES } from './console-file.ts';

const own = (path: string) => new URL(`../../console/${path}`, import.meta.url);

/**
 * Reads the page and all files that it loads; keys are paths below `/console/`. The page preloads all modules, so that
 * the browser does not discover them one import after another.
 */
export function readConsole(): Console {
  const paths = readdirSync(own(''), { recursive: true, encoding: 'utf8' });
  const files = new Map(
    [
      ...paths.filter(path => extname(path) in TYPES).map(path => [path, own(path)] as const),
      ...libraries(),
    ].map(([path, url]) => [path, { type: TYPES[extname(path)] ?? '', content: readFileSync(url) }]),
  );
  return { index: withPreloads(readFileSync(own('index.html'), 'utf8'), [...files.keys()]), files };
}

function withPreloads(index: string, paths: readonly string[]): string {
  const modules = paths.filter(path => path.endsWith('.js') && !path.startsWith('vendor/uplot/'));
  const links = modules.map(path => `    <link rel="modulepreload" href="/console/${path}">\n`);
  return index.replace('  </head>', `${links.join('')}  </head>`);
}

/** Options of Bull Board: in a checkout, it finds its own files. */
export const queueView = {};

/** The library files that the console loads. */
function libraries(): (readonly [path: string, url: URL])[] {
  // Node resolves lit-html to its server build, one folder below the browser build.
  const litHtml = new URL('../', import.meta.resolve('lit-html'));
  const uplot = new URL('./', import.meta.resolve('uplot'));
  const modules = ['lit-html', 'directive', 'directive-helpers', 'async-directive'];
  const directives = ['live', 'ref', 'repeat'].map(name => `directives/${name}`);
  return [
    ...[...modules, ...directives].map(
      name => [`vendor/lit-html/${name}.js`, new URL(`${name}.js`, litHtml)] as const,
    ),
    ...['uPlot.esm.js', 'uPlot.min.css'].map(name => [`vendor/uplot/${name}`, new URL(name, uplot)] as const),
  ];
}
