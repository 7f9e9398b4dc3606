/** Requests and answers as plain values (RFC 4511). The folder ber/ encodes them. */
import type { Filter } from './filter.ts';

// ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type Scope = 'base' | 'one' | 'sub' | 'children';

/** `mechanism`: "simple", or the name of a SASL mechanism. An empty DN and password: anonymous. */
export interface Bind {
  readonly op: 'bind';
  readonly dn: string;
  readonly mechanism: string;
  readonly password: string;
}

/** `cookie`: one character for each byte; empty on the first page (RFC 2696). */
export interface PageRequest {
  /** Whether the control is critical. */
  readonly critical: boolean;
  readonly size: number;
  readonly cookie: string;
}

/** `attributes`: as written by the client; empty: all user attributes. `page`: undefined without paging. */
export interface Search {
  readonly op: 'search';
  readonly dn: string;
  readonly scope: Scope;
  /** 0: none. */
  readonly sizeLimit: number;
  /** In seconds. 0: none. */
  readonly timeLimit: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly page: PageRequest | undefined;
  /** A persistent search for all later changes (draft-ietf-ldapext-psearch-03). */
  readonly persistent?: true;
  /**
   * Attributes, or single values, that the client may not read, by DN, lower-case type and match key: filters on them are
   * Undefined. Default: none.
   */
  readonly hides?: (dn: string, type: string, key?: string) => boolean;
}

export interface Extended {
  readonly op: 'extended';
  readonly oid: string;
}

/** Parsed only to be refused: tests change this server by function calls, not over LDAP. */
export interface Change {
  readonly op: 'add' | 'modify' | 'delete' | 'rename' | 'compare';
}

export interface Unbind {
  readonly op: 'unbind';
}

export interface Abandon {
  readonly op: 'abandon';
  /** The message id of the request. */
  readonly of: number;
}

/** The requests with an answer; unbind and abandon have none. */
export type Operation = Bind | Search | Extended | Change;
export type Body = Operation | Unbind | Abandon;

/** `critical`: unknown critical controls. */
export interface Envelope {
  readonly messageId: number;
  readonly critical: readonly string[];
}

/** `identity`: the bound DN, empty while anonymous. `connection`: 1 for the server's first, 2 for its second … */
export interface Origin {
  readonly connection: number;
  readonly identity: string;
}

export type Message = Body & Envelope;
export type Request = Operation & Envelope & Origin;
export type SearchRequest = Search & Envelope & Origin;

// ── replies ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface SentAttribute {
  readonly name: string;
  readonly values: readonly Buffer[];
}

export interface SentEntry {
  readonly kind: 'entry';
  readonly dn: string;
  readonly attributes: readonly SentAttribute[];
}

export interface Reference {
  readonly kind: 'reference';
  readonly urls: readonly string[];
}

/** `cookie`: empty: the last page; undefined: no paging control in the answer. `value`: that of extended operations. */
export interface Done {
  readonly kind: 'done';
  readonly code: number;
  readonly matchedDn?: string;
  readonly message?: string;
  readonly referral?: readonly string[];
  readonly cookie?: string | undefined;
  readonly value?: string;
}

/** Nothing is sent for `ms` milliseconds. */
export interface Wait {
  readonly kind: 'wait';
  readonly ms: number;
}

/** Closes the connection: `fin` orderly, `rst` with a reset. */
export interface Cut {
  readonly kind: 'cut';
  readonly how: 'fin' | 'rst';
}

/** The search stays open: each change that `follow` passes on is sent, until the returned function is called. */
export interface Open {
  readonly kind: 'open';
  readonly follow: (send: (entry: SentEntry, change: ChangeNotice) => void) => () => void;
}

export interface ChangeNotice {
  readonly type: keyof typeof changeTypes;
  readonly previousDn?: string;
}

export type Part = SentEntry | Reference | Done | Wait | Cut | Open;

/** Everything that is done for one request, in order. After a reply without a `done`, the client waits. */
export type Reply = readonly Part[];

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The codes of RFC 4511 appendix A that this server and its faults use. */
export const resultCode = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  authMethodNotSupported: 7,
  referral: 10,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  inappropriateMatching: 18,
  noSuchObject: 32,
  invalidDNSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  notAllowedOnNonLeaf: 66,
  entryAlreadyExists: 68,
} as const;

export const changeTypes = { add: 1, delete: 2, modify: 4, rename: 8 } as const;

export const oid = {
  pagedResults: '1.2.840.113556.1.4.319',
  persistentSearch: '2.16.840.1.113730.3.4.3',
  entryChange: '2.16.840.1.113730.3.4.7',
  whoAmI: '1.3.6.1.4.1.4203.1.11.3',
  noticeOfDisconnection: '1.3.6.1.4.1.1466.20036',
} as const;

/** A request that is answered with a result code other than success. */
export class LdapFailure extends Error {
  override name = 'LdapFailure';
  readonly code: number;
  readonly matchedDn: string;

  constructor(code: number, message: string, matchedDn = '') {
    super(message);
    this.code = code;
    this.matchedDn = matchedDn;
  }
}
