/** Finds free TCP ports. */
import { createServer } from 'node:net';

/** A free TCP port of 127.0.0.1; the system assigns them in turn, so it stays free for a while. */
export function freePort(): Promise<number> {
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
