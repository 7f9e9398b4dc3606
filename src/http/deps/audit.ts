/** What the routes about history are handed. Types only. */
import type { Page } from '../../model-access.ts';
import type { AuditEntry, AuditFilter, AuditKey, AuditWish } from '../../model-audit.ts';

export interface AuditDeps {
  list(wish: AuditWish): Promise<Page<AuditEntry, AuditKey>>;
  /** Everything that the filter leaves, newest first, without holding it. */
  stream(filter: AuditFilter): AsyncIterable<AuditEntry>;
}
