/** Finds free TCP ports. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that Linux, macOS and Windows give to outgoing connections, which would take one before its server starts. */
const PORTS = { from: 10_000, below: 32_768 } as const;
const MAX_TRIES = 50;

/** A free TCP port of 127.0.0.1, chosen at random, because other processes look for one at the same time. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = await tryPort(randomInt(PORTS.from, PORTS.below)).catch(() => undefined);
    if (port !== undefined) return port;
  }
  return tryPort(0);
}

/** `wanted` if that port is free, otherwise any free port. */
export function portFrom(wanted: number): Promise<number> {
  return tryPort(wanted).catch(freePort);
}

function tryPort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('127.0.0.1 has no free port')),
      );
    });
  });
}
