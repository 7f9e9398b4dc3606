/** A server, or an attacker on the network, that answers with arbitrary bytes. */
import { describe, expect, it } from 'vitest';
import type { DirectoryError } from '../../../src/errors.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { failureOf } from '../../support/given/small-directory.ts';
import { directory } from '../../support/given/values.ts';
import { message, type RawRequest, rawServer } from '../../support/servers/raw-server.ts';

const BIND = 0x60;
const SUCCESS = '0a0100 0400 0400';
/** Fourteen bytes: the last element announces more than there are. */
const CUT_OFF = '0a0100 0400 0400 61';

async function hostile(
  settings: Partial<DirectorySettings>,
  answer: (request: RawRequest) => Buffer | undefined,
): Promise<DirectoryError> {
  await using server = await rawServer(answer);
  const patience = { operationTimeoutMs: 5_000, runTimeoutMs: 20_000 };
  return await failureOf(directory({ urls: [server.url], ...patience, ...settings }));
}

/** Accepts the bind, then answers searches with these bytes. */
function afterBind(answer: (id: number) => Buffer) {
  return ({ id, operation }: RawRequest) => (operation === BIND ? message(id, 0x61, SUCCESS) : answer(id));
}

describe('an answer that ends inside an element', () => {
  it.each([
    ['to bind', {}, ({ id }: RawRequest) => message(id, 0x61, CUT_OFF)],
    ['to StartTLS', { startTls: true }, ({ id }: RawRequest) => message(id, 0x78, CUT_OFF)],
    ['of a bind to StartTLS', { startTls: true }, ({ id }: RawRequest) => message(id, 0x61, CUT_OFF)],
    ['to a search', {}, afterBind(id => message(id, 0x65, CUT_OFF))],
    ['of a bind to a search', {}, afterBind(id => message(id, 0x61, CUT_OFF))],
  ])('%s is malformed at once (G59)', async (_, settings, answer) => {
    expect(await hostile(settings, answer)).toMatchObject({ code: 'malformed' });
  });
});

describe('an answer of another operation', () => {
  it.each([
    ['a bind by the end of a search', {}, ({ id }: RawRequest) => message(id, 0x65, SUCCESS)],
    ['StartTLS by a bind', { startTls: true }, ({ id }: RawRequest) => message(id, 0x61, SUCCESS)],
    ['a search by a bind', {}, afterBind(id => message(id, 0x61, SUCCESS))],
    ['a search by an extended operation', {}, afterBind(id => message(id, 0x78, SUCCESS))],
    ['a search by an intermediate response', {}, afterBind(id => message(id, 0x79, ''))],
    ['a bind by an entry', {}, ({ id }: RawRequest) => message(id, 0x64, '0400 3000')],
    ['a search by a result without a code', {}, afterBind(id => message(id, 0x65, '0a00 0400 0400'))],
    ['a search by nothing but a message id', {}, afterBind(id => Buffer.from([0x30, 3, 2, 1, id]))],
    ['a search that was not asked', {}, afterBind(id => message(id + 1, 0x65, SUCCESS))],
  ])('is malformed: %s (G68)', async (_, settings, answer) => {
    expect(await hostile(settings, answer)).toMatchObject({ code: 'malformed' });
  });

  it('is accepted if it is a notice of disconnection, whose reason is shown on one line (G63)', async () => {
    const reason = Buffer.from('bye\r\n\u001b[2Kfine').toString('hex');
    const notice = message(0, 0x78, `0a0134 0400 040d${reason}`);
    const error = await hostile(
      {},
      afterBind(() => notice),
    );
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(error.message).toContain('bye\\r\\n\\u001b[2Kfine');
  });
});
