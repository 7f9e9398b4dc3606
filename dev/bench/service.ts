/** The whole service in a process of its own: told its settings, it answers its URL, and stays until it is stopped. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { serve } from '../../src/app/serve.ts';
import { createLog } from '../../src/log.ts';

const lines = createInterface({ input: process.stdin });
const [settings] = await once(lines, 'line');
lines.close();
await using service = await serve(JSON.parse(settings), {
  roles: ['scheduler', 'worker', 'http'],
  log: createLog({ level: 'error' }),
});
process.stdout.write(`${JSON.stringify(service.url)}\n`);
await once(process, 'SIGTERM');
