/**
 * The service in a separate process. Given its settings, it returns its URL; given another value, it starts to work; it
 * runs until it is stopped.
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
