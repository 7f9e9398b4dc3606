/** A process that follows the directory of a small company, and also runs what it requests. */
import { followDirectory } from '../../../src/app/live/follow-directory.ts';
import { keepLeases } from '../../../src/app/live/keep-leases.ts';
import { rememberServers } from '../../../src/directory/connection/failover.ts';
import { createLog } from '../../../src/log.ts';
import type { Company } from '../../support/given/company.ts';

/** Resolves when the signal is aborted. */
export function follow(company: Company, signal: AbortSignal, leaseMs = 60_000): Promise<void> {
  const { db, settings } = company;
  const ports = {
    db,
    log: createLog({ level: 'silent' }),
    directories: [settings],
    owner: 'test',
    leaseMs,
    leases: keepLeases({ db, owner: 'test', leaseMs }),
    servers: rememberServers(),
    readMarker: () => Promise.reject(new Error('a hinted run reads no marker first')),
    now: () => new Date(),
    enqueueRun: async (run: number) => {
      await company.begin(run);
      await company.work();
    },
    onChanged: async () => {},
  };
  return followDirectory(ports, settings, signal);
}
