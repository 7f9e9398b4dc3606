import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that nobody listens on right now; the system hands them out in turn, so soon after neither. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('127.0.0.1 has no free port')),
      );
    });
  });
}
