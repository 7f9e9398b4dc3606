/** Hinted runs of a small company. */
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { type HintedOutcome, syncHinted } from '../../../src/jobs/live/sync-hinted.ts';
import { reconcileBatch } from '../../../src/jobs/reconcile-batch.ts';
import { createLog } from '../../../src/log.ts';
import type { Hint } from '../../../src/model/watch.ts';
import { type Company, groupDn } from '../../support/given/company.ts';
import { uuid } from '../../support/given/values.ts';

/** The hint of a group of the company; its first group is 1. */
export const hintAt = (n: number, cn: string): Hint => ({ id: uuid(1000 + n), dn: groupDn(cn) });

/** Syncs these hints and applies everything. */
export function follow({ db, settings }: Company, ...hints: readonly Hint[]): Promise<HintedOutcome> {
  const ports = { db, log: createLog({ level: 'silent' }), owner: 'test', leaseMs: 60_000 };
  return syncHinted(
    {
      ...ports,
      directories: [settings],
      readDirectory,
      readMarker: () => Promise.reject(new Error('a hinted run reads no marker first')),
      async enqueueBatches(run, batches) {
        for (const batch of batches) await reconcileBatch(ports, run, batch);
      },
      now: () => new Date(),
    },
    settings,
    hints,
    new AbortController().signal,
  );
}
