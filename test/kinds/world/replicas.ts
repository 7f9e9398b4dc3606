/** One address with two servers in turn, one of which lags. */
import { connect, createServer } from 'node:net';
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { listenLocally } from '../../support/proxies/tcp-proxy.ts';
import { livePages, noMarker } from './doubts.ts';
import { ACCOUNT, entriesOf, type Organisation } from './organisation.ts';

export interface Replica extends AsyncDisposable {
  /** Of both. */
  readonly url: string;
  /** The organisation that the other server shows. */
  readonly organisation: () => Organisation;
  lagAt(organisation: Organisation): void;
  /** The next connection goes to the server of the last one. */
  skip(): void;
}

/** Neither reports a name or a change marker, so they cannot be distinguished. */
export async function startReplica(server: Pick<LdapServer, 'port'>): Promise<Replica> {
  let organisation: Organisation = { people: [], groups: [], ghosts: [] };
  const other = await startLdapServer({ entries: entriesOf(organisation), accounts: [ACCOUNT] });
  for (const fault of [livePages(() => organisation), noMarker]) other.inject(fault);
  let turn = 0;
  const front = createServer({ noDelay: true }, client => {
    turn += 1;
    const port = turn % 2 === 0 ? server.port : other.port;
    const behind = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const [one, end] of [
      [client, behind],
      [behind, client],
    ] as const)
      one.on('error', () => {}).on('close', () => end.destroy());
    client.pipe(behind).pipe(client);
  });
  const port = await listenLocally(front);
  return {
    url: `ldap://127.0.0.1:${port}`,
    organisation: () => organisation,
    lagAt(now) {
      organisation = now;
      other.load(entriesOf(now));
    },
    skip() {
      turn += 1;
    },
    async [Symbol.asyncDispose]() {
      front.close();
      await other.close();
    },
  };
}
