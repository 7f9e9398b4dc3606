/** npm run build: writes `dist`, a complete program that needs only Node 24. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleConsole } from './console.ts';
import { bundleService } from './service.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = process.argv[2] ?? join(root, 'dist');

await rm(out, { recursive: true, force: true });
await bundleService(root, out);
await bundleConsole(root, join(out, 'console'));
await cp(join(root, 'node_modules/@bull-board/ui/dist'), join(out, 'queues/dist'), { recursive: true });
