/**
 * Faults between client and server. A fault sees each request, and may change it, let it be answered, and change the
 * answer. Example: faults: [onSearch({ nth: 2 }, answerCode(51)), emptyPageWithCookie({ afterPage: 1 })]
 */
import { filterText } from '../../../src/directory/protocol/filter.ts';
import type { Reply, Request, SearchRequest } from '../../../src/directory/protocol/protocol.ts';

export type Answer = (request: Request) => Reply;
export type Fault = (request: Request, answer: Answer) => Reply;

/** Answers a request through all faults; the first one is next to the client. */
export function throughFaults(faults: readonly Fault[], request: Request, answer: Answer): Reply {
  return faults.reduceRight<Answer>((next, fault) => asked => fault(asked, next), answer)(request);
}

/** The requests that a fault applies to; all given conditions must hold. Each page of a search is a request. */
export interface Occasion {
  /** Only the n-th of the requests that match the other conditions, counted from 1 … */
  readonly nth?: number;
  /** … or that one and all later ones. */
  readonly from?: number;
}

export interface SearchOccasion extends Occasion {
  /** The search DN, as the client wrote it. */
  readonly dn?: string;
  /** A pattern for the text of the filter. */
  readonly filter?: RegExp;
  readonly paged?: boolean;
  /** One of the requested attributes. */
  readonly attribute?: RegExp;
}

/** Restricts a fault to some searches. */
export function onSearch(occasion: SearchOccasion, fault: Fault): Fault {
  return when(occasion, request => request.op === 'search' && isMeant(occasion, request), fault);
}

/** Restricts a fault to some binds. */
export function onBind(occasion: Occasion, fault: Fault): Fault {
  return when(occasion, request => request.op === 'bind', fault);
}

/** Restricts a fault to some extended operations, Who am I among them. */
export function onExtended(occasion: Occasion, fault: Fault): Fault {
  return when(occasion, request => request.op === 'extended', fault);
}

/** A fault of searches that changes the request, the answer, or both. */
export function searchFault(change: (search: SearchRequest, answer: Answer) => Reply): Fault {
  return (request, answer) => (request.op === 'search' ? change(request, answer) : answer(request));
}

function when({ nth, from }: Occasion, matches: (request: Request) => boolean, fault: Fault): Fault {
  let count = 0;
  return (request, answer) => {
    if (!matches(request)) return answer(request);
    count += 1;
    const strikes = (nth === undefined || count === nth) && (from === undefined || count >= from);
    return strikes ? fault(request, answer) : answer(request);
  };
}

function isMeant({ dn, filter, paged, attribute }: SearchOccasion, search: SearchRequest): boolean {
  if (attribute !== undefined && !search.attributes.some(name => attribute.test(name))) return false;
  if (dn !== undefined && search.dn !== dn) return false;
  if (filter !== undefined && !filter.test(filterText(search.filter))) return false;
  return paged === undefined || paged === (search.page !== undefined);
}
