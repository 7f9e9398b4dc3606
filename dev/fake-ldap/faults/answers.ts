/** Faults of the answer as a whole: another result, a broken or a slow one. */
import type { Cut, Part, Reply, SentEntry } from '../protocol/protocol.ts';
import { type Fault, searchFault } from '../server/fault.ts';

/** Answers with a result code at once, without an entry. */
export function answerCode(code: number, message = 'Injected'): Fault {
  return () => [{ kind: 'done', code, message }];
}

/** Sends the client elsewhere: result code 10. */
export function referral(...urls: string[]): Fault {
  return () => [{ kind: 'done', code: 10, referral: urls }];
}

/** Says, beside what was found, that more is to be found elsewhere: a SearchResultReference on every page. */
export function searchReference(...urls: string[]): Fault {
  return searchFault((search, answer) => [{ kind: 'reference', urls }, ...answer(search)]);
}

/** Ends an answer with a result code once it has sent `count` entries, or all of fewer. */
export function stopAfterEntries(count: number, code: number): Fault {
  return searchFault((search, answer) => [...firstEntries(answer(search), count), { kind: 'done', code }]);
}

/** Ends the connection once an answer has sent `count` entries, or all of fewer; its result never comes. */
export function cutAfterEntries(count: number, how: Cut['how']): Fault {
  return searchFault((search, answer) => [...firstEntries(answer(search), count), { kind: 'cut', how }]);
}

/** Sends nothing more of an answer after `count` entries, and keeps the connection open. */
export function silenceAfterEntries(count: number): Fault {
  return searchFault((search, answer) => firstEntries(answer(search), count));
}

/** Waits before an answer begins. */
export function waitBefore(ms: number): Fault {
  return (request, answer) => [{ kind: 'wait', ms }, ...answer(request)];
}

/** Waits before each entry. */
export function trickle(ms: number): Fault {
  return searchFault((search, answer) =>
    answer(search).flatMap<Part>(part => (part.kind === 'entry' ? [{ kind: 'wait', ms }, part] : [part])),
  );
}

/** Does something at the moment of a request, before it is answered: an entry changes, a server goes away. */
export function meanwhile(action: () => void): Fault {
  return (request, answer) => {
    action();
    return answer(request);
  };
}

/** Leaves out entries; `isHidden` is told who asks, by the bound DN. */
export function hideEntries(isHidden: (entry: SentEntry, identity: string) => boolean): Fault {
  return searchFault((search, answer) =>
    answer(search).filter(part => part.kind !== 'entry' || !isHidden(part, search.identity)),
  );
}

/** A reply up to its entry number `count`, without its end. */
function firstEntries(reply: Reply, count: number): Reply {
  const positions = reply.flatMap((part, index) => (part.kind === 'entry' ? [index] : []));
  const next = positions[count];
  return next === undefined ? reply.filter(part => part.kind !== 'done') : reply.slice(0, next);
}
