import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that nobody listens on right now; the system hands them out in turn, so soon after neither. */
export function freePort(): Promise<number> {
  return tryPort(0);
}

/** `wanted` if nobody listens there, else any free port. */
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
