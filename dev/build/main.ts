/** npm run build: writes `dist`, a complete program that needs only Node 24. It is also the package for npm. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { billOfMaterials, licences } from './bill.ts';
import { componentsOf } from './components.ts';
import { bundleConsole } from './console.ts';
import { manualPage } from './manual.ts';
import { bundleService } from './service.ts';

const described = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
});
const QUEUE_VIEW = 'node_modules/@bull-board/ui/dist';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = process.argv[2] ?? join(root, 'dist');

await rm(out, { recursive: true, force: true });
const modules = [
  ...(await bundleService(root, out)),
  ...(await bundleConsole(root, join(out, 'console'))),
  join(root, QUEUE_VIEW),
];
await copy(QUEUE_VIEW, 'queues/dist');
await copy('config', 'config');
await copy('deploy/roles.sql', 'roles.sql');
await copy('LICENSE', 'LICENSE');

const program = described.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
const components = componentsOf(root, modules);
await write('sbom.cdx.json', billOfMaterials(program, components));
await write('LICENSES.txt', licences(components));
await write('rollcall.1', await manualPage(program.version));
// Without dependencies: all code is in the bundle.
const manifest = {
  ...program,
  type: 'module',
  engines: { node: '>=24' },
  bin: { rollcall: 'rollcall.js' },
  man: 'rollcall.1',
};
await write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);

function copy(from: string, to: string): Promise<void> {
  return cp(join(root, from), join(out, to), { recursive: true });
}

function write(name: string, text: string): Promise<void> {
  return writeFile(join(out, name), text);
}
