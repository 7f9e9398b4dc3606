/** The LDAP messages in recorded traffic. */
import { createFrames } from '../../../src/directory/protocol/ber/frames.ts';
import { readMessage } from '../../../src/directory/protocol/ber/requests.ts';
import type { Message } from '../../../src/directory/protocol/protocol.ts';
import type { ProxiedConnection } from './tcp-proxy.ts';

/** A client's requests, in order. */
export function requestsIn({ toServer }: Pick<ProxiedConnection, 'toServer'>): Message[] {
  return createFrames()(Buffer.concat(toServer)).map(readMessage);
}

/** Searches on connections that did not begin with a bind; a server may show less to an anonymous client. */
export function anonymousSearches(passages: readonly ProxiedConnection[]): Message[] {
  return passages.flatMap(passage => {
    const requests = requestsIn(passage);
    const bind = requests.findIndex(({ op }) => op === 'bind');
    const before = bind < 0 ? requests : requests.slice(0, bind);
    return before.filter(({ op }) => op === 'search');
  });
}
