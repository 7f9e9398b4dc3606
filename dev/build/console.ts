/** Bundles the console: one script, one chunk for plots and one style sheet, named by their content, and compressed. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { build } from 'rolldown';

const STYLE_SHEET = /\s*<link rel="stylesheet" href="\/console\/([^"]+)">/g;
const ICON = '/console/icon.svg';

/** Writes the files into `out`. Resolves with the paths of all modules that are in the bundle. */
export async function bundleConsole(root: string, out: string): Promise<readonly string[]> {
  const source = join(root, 'src/http/console');
  const libraries = { 'lit-html': 'node_modules/lit-html', uplot: 'node_modules/uplot/dist' };
  await mkdir(out, { recursive: true });
  const page = await readFile(join(source, 'index.html'), 'utf8');
  const icon = await readFile(join(source, 'icon.svg'));
  const iconName = hashed('icon', 'svg', icon);

  const { output } = await build({
    cwd: root,
    input: { console: join(source, 'main.js') },
    platform: 'browser',
    // That of the console maps imports of the libraries to their types.
    tsconfig: false,
    resolve: {
      alias: Object.fromEntries(
        Object.entries(libraries).map(([name, path]) => [`/console/vendor/${name}`, join(root, path)]),
      ),
    },
    plugins: [{ name: 'icon', transform: code => code.replaceAll(ICON, `/console/${iconName}`) }],
    output: {
      format: 'esm',
      minify: true,
      entryFileNames: '[name]-[hash].js',
      chunkFileNames: '[name]-[hash].js',
    },
    write: false,
  });
  const chunks = output.filter(file => file.type === 'chunk');

  const sheets = [...page.matchAll(STYLE_SHEET)].map(([, path = '']) =>
    path.startsWith('vendor/uplot/')
      ? join(root, libraries.uplot, path.slice('vendor/uplot/'.length))
      : join(source, path),
  );
  const style = (await Promise.all(sheets.map(path => readFile(path, 'utf8')))).join('\n');
  const styleName = hashed('console', 'css', style);
  const script = chunks.find(({ isEntry }) => isEntry)?.fileName;

  await writeFile(
    join(out, 'index.html'),
    page
      .replaceAll(STYLE_SHEET, '')
      .replace('/console/main.js', `/console/${script}`)
      .replace(ICON, `/console/${iconName}`)
      .replace('  </head>', `    <link rel="stylesheet" href="/console/${styleName}">\n  </head>`),
  );
  await writeCompressed(join(out, iconName), icon);
  await writeCompressed(join(out, styleName), style);
  for (const { fileName, code } of chunks) await writeCompressed(join(out, fileName), code);
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}

function hashed(name: string, extension: string, content: string | Buffer): string {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
  return `${name}-${hash}.${extension}`;
}

async function writeCompressed(path: string, content: string | Buffer): Promise<void> {
  const bytes = Buffer.from(content);
  await writeFile(path, bytes);
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}
