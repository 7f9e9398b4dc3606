/** Serves a recording to any LDAP client of this machine. */
import type { Message, Reply } from '../protocol/protocol.ts';
import { resultCode } from '../protocol/protocol.ts';
import { serve } from '../server/conversation.ts';
import { type Listener, listen } from '../server/listener.ts';
import { createAnswers } from './answers.ts';
import type { Recording } from './recording.ts';

/** The only account of the server. */
export interface Account {
  readonly dn: string;
  readonly password: string;
}

/**
 * Listens on the loopback interface. Only a client that binds as the account is answered, because other users of the machine can
 * connect too. A request of the recording gets its last answer, and other searches are answered from the entries.
 * @param port 0: any free port
 */
export async function serveRecording(
  { reads }: Recording,
  account: Account,
  port: number,
): Promise<Listener> {
  const answers = createAnswers(reads);
  return listen({ port, host: '127.0.0.1' }, socket => {
    const answer = answers.connection(undefined);
    let isBound = false;
    const checked = (message: Message): Reply => {
      if (message.op === 'bind') {
        isBound = message.dn === account.dn && message.password === account.password;
        return isBound ? answer(message) : refusal(resultCode.invalidCredentials, 'Wrong name or password');
      }
      return isBound ? answer(message) : refusal(resultCode.insufficientAccessRights, 'Bind first');
    };
    serve(socket, checked).catch(() => socket.destroy());
  });
}

function refusal(code: number, message: string): Reply {
  return [{ kind: 'done', code, message }];
}
