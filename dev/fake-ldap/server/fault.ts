/**
 * How a directory has a bad day: a fault stands between the client and the server. It sees each request, may change
 * it, have it answered, and change the answer. Put together, faults read as what goes wrong:
 *
 *   faults: [onSearch({ nth: 2 }, answerCode(51)), emptyPageWithCookie({ afterPage: 1 })]
 */
import { filterText } from '../protocol/filter.ts';
import type { Reply, Request, SearchRequest } from '../protocol/protocol.ts';

export type Answer = (request: Request) => Reply;
export type Fault = (request: Request, answer: Answer) => Reply;

/** Answers a request through all faults, the first of them nearest to the client. */
export function throughFaults(faults: readonly Fault[], request: Request, answer: Answer): Reply {
  return faults.reduceRight<Answer>((next, fault) => asked => fault(asked, next), answer)(request);
}

/** Which requests a fault meets; all that is given must hold. Each page of a search is a request of its own. */
export interface Occasion {
  /** Only the n-th of the requests for which the rest holds, counted from 1 … */
  readonly nth?: number;
  /** … or that one and all after it. */
  readonly from?: number;
}

export interface SearchOccasion extends Occasion {
  /** The search DN, as the client wrote it. */
  readonly dn?: string;
  /** What the filter reads like. */
  readonly filter?: RegExp;
  readonly paged?: boolean;
  /** One of the attributes that are asked for. */
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

/** A fault of searches that changes what is asked, what is answered, or both. */
export function searchFault(change: (search: SearchRequest, answer: Answer) => Reply): Fault {
  return (request, answer) => (request.op === 'search' ? change(request, answer) : answer(request));
}

function when({ nth, from }: Occasion, isMet: (request: Request) => boolean, fault: Fault): Fault {
  let met = 0;
  return (request, answer) => {
    if (!isMet(request)) return answer(request);
    met += 1;
    const strikes = (nth === undefined || met === nth) && (from === undefined || met >= from);
    return strikes ? fault(request, answer) : answer(request);
  };
}

function isMeant({ dn, filter, paged, attribute }: SearchOccasion, search: SearchRequest): boolean {
  if (attribute !== undefined && !search.attributes.some(name => attribute.test(name))) return false;
  if (dn !== undefined && search.dn !== dn) return false;
  if (filter !== undefined && !filter.test(filterText(search.filter))) return false;
  return paged === undefined || paged === (search.page !== undefined);
}
