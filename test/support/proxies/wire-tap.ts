/** What LDAP went over the wire, from the bytes alone. */
import { createFrames } from '../../../dev/fake-ldap/protocol/ber/frames.ts';
import { readMessage } from '../../../dev/fake-ldap/protocol/ber/requests.ts';
import type { Message } from '../../../dev/fake-ldap/protocol/protocol.ts';
import type { Passage } from './tcp-proxy.ts';

/** A client's requests, in their order. */
export function requestsIn({ toServer }: Pick<Passage, 'toServer'>): Message[] {
  return createFrames()(Buffer.concat(toServer)).map(readMessage);
}

/** Searches on connections that began with no bind: who asks like that may be shown less. */
export function searchesAsNobody(passages: readonly Passage[]): Message[] {
  return passages.flatMap(passage => {
    const requests = requestsIn(passage);
    const bind = requests.findIndex(({ op }) => op === 'bind');
    const before = bind < 0 ? requests : requests.slice(0, bind);
    return before.filter(({ op }) => op === 'search');
  });
}
