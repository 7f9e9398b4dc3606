/**
 * The whole service in a process of its own: told its settings, it answers its URL; told anything more, it begins to work
 * what waits; it stays until it is stopped.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { serve } from '../../../src/app/commands/serve.ts';
import { createLog } from '../../../src/log.ts';
import type { Settings } from '../../../src/model/settings.ts';

const log = createLog({ level: 'error' });
const lines = createInterface({ input: process.stdin });
const [line] = await once(lines, 'line');
const settings: Settings = JSON.parse(line);
await using http = await serve(settings, { roles: ['http'], log });
process.stdout.write(`${JSON.stringify(http.url)}\n`);
await once(lines, 'line');
lines.close();
await using _work = await serve(settings, { roles: ['scheduler', 'worker'], log });
await once(process, 'SIGTERM');
