/** An embedded server ends when the process that started it is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';

const source = `
import { startPostgres } from './dev/servers/postgres.ts';
const postgres = await startPostgres({ durable: false });
console.log(JSON.stringify({ port: postgres.port, folder: postgres.folder }));
setInterval(() => {}, 1000);
`;

describe('an embedded server', () => {
  it('ends and removes its temporary folder when the process that started it is killed', async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const { port, folder } = JSON.parse(String(line));
    expect(existsSync(folder)).toBe(true);
    expect(await listens(port)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(folder), { timeout: 15_000 }).toBe(false);
    expect(await listens(port)).toBe(false);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
