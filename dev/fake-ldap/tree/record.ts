/** Records the requests to the in-process LDAP server, for tests. */
import { filterText } from '../../../src/directory/protocol/filter.ts';
import type { Request } from '../../../src/directory/protocol/protocol.ts';

/** The number of recorded requests, because a demo may run for weeks. */
const kept = 10_000;

/** A received request without its password. */
export interface RecordedRequest {
  readonly op: Request['op'];
  /** 1 for the server's first connection, 2 for its second … */
  readonly connection: number;
  /** The bound DN, empty while anonymous. */
  readonly identity: string;
  /** Of a bind or a search. */
  readonly dn?: string;
  /** As text. */
  readonly filter?: string;
  readonly attributes?: readonly string[];
  /** Of a paged search; empty on its first page. */
  readonly cookie?: string | undefined;
}

/** Appends a request to the recorded ones and drops the oldest. */
export function record(requests: RecordedRequest[], request: Request): RecordedRequest {
  const recorded = describe(request);
  requests.push(recorded);
  if (requests.length > kept) requests.shift();
  return recorded;
}

function describe(request: Request): RecordedRequest {
  const { op, connection, identity } = request;
  if (op === 'bind') return { op, connection, identity, dn: request.dn };
  if (op !== 'search') return { op, connection, identity };
  const { dn, attributes, page } = request;
  const filter = filterText(request.filter);
  return { op, connection, identity, dn, filter, attributes, cookie: page?.cookie };
}
