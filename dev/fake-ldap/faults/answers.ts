/** Faults of a whole answer: another result, a broken or a slow answer. */
import type { Cut, Part, Reply, SentEntry } from '../../../src/directory/protocol/protocol.ts';
import { type Fault, searchFault } from '../server/fault.ts';

/** Answers with a result code at once, without an entry. */
export function answerCode(code: number, message = 'Injected'): Fault {
  return () => [{ kind: 'done', code, message }];
}

/** Refers the client to another server: result code 10. */
export function referral(...urls: string[]): Fault {
  return () => [{ kind: 'done', code: 10, referral: urls }];
}

/** Adds a SearchResultReference to another server on every page. */
export function searchReference(...urls: string[]): Fault {
  return searchFault((search, answer) => [{ kind: 'reference', urls }, ...answer(search)]);
}

/** Ends an answer with a result code after `count` entries, or after all if there are fewer. */
export function stopAfterEntries(count: number, code: number): Fault {
  return searchFault((search, answer) => [...firstEntries(answer(search), count), { kind: 'done', code }]);
}

/** Closes the connection after `count` entries of an answer, or after all if there are fewer, without the result. */
export function cutAfterEntries(count: number, how: Cut['how']): Fault {
  return searchFault((search, answer) => [...firstEntries(answer(search), count), { kind: 'cut', how }]);
}

/** Stops an answer after `count` entries, and keeps the connection open. */
export function silenceAfterEntries(count: number): Fault {
  return searchFault((search, answer) => firstEntries(answer(search), count));
}

/** Waits before the start of an answer. */
export function waitBefore(ms: number): Fault {
  return (request, answer) => [{ kind: 'wait', ms }, ...answer(request)];
}

/** Waits before each entry. */
export function trickle(ms: number): Fault {
  return searchFault((search, answer) =>
    answer(search).flatMap<Part>(part => (part.kind === 'entry' ? [{ kind: 'wait', ms }, part] : [part])),
  );
}

/** Runs a function before a request is answered: to change an entry or stop a server. */
export function meanwhile(action: () => void): Fault {
  return (request, answer) => {
    action();
    return answer(request);
  };
}

/** Leaves out entries; `isHidden` gets the bound DN. */
export function hideEntries(isHidden: (entry: SentEntry, identity: string) => boolean): Fault {
  return searchFault((search, answer) =>
    answer(search).filter(part => part.kind !== 'entry' || !isHidden(part, search.identity)),
  );
}

/** A reply up to entry number `count`, without its end. */
function firstEntries(reply: Reply, count: number): Reply {
  const positions = reply.flatMap((part, index) => (part.kind === 'entry' ? [index] : []));
  const next = positions[count];
  return next === undefined ? reply.filter(part => part.kind !== 'done') : reply.slice(0, next);
}
