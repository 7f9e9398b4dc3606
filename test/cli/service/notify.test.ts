/** The command `notify test` sends a signed message to each webhook and prints the answers. */
import { describe, expect, it } from 'vitest';
import { configText, temporaryFolder } from '../../support/config.ts';
import { callCommand } from '../../support/given/installation.ts';
import { startReceiver } from '../../support/observe/receiver.ts';

/** `rollcall notify test ARGS` with these webhooks. */
async function notify(
  webhooks: readonly { readonly name: string; readonly url: string; readonly secret: string }[],
  ...args: string[]
) {
  await using folder = await temporaryFolder();
  const text = configText(['http:\n', `notify: ${JSON.stringify({ webhooks })}\nhttp:\n`]);
  const config = await folder.write('rollcall.yaml', text);
  return await callCommand({ ROLLCALL_CONFIG: config }, 'notify', 'test', ...args);
}

describe('rollcall notify test', () => {
  it('sends every webhook a signed message and prints the answer', async () => {
    await using one = await startReceiver();
    await using other = await startReceiver({ name: 'pager' });
    other.answer(503);
    expect(await notify([one.webhook, other.webhook])).toMatchObject({
      code: 5,
      stdout: 'ops: delivered, answered 204\npager: answered 503\n',
    });
    expect(one.received.all).toMatchObject([{ genuine: true, message: { type: 'rollcall.test' } }]);
  });

  it('sends to one webhook by name, and prints JSON', async () => {
    await using one = await startReceiver();
    await using other = await startReceiver({ name: 'pager' });
    const { code, stdout } = await notify([one.webhook, other.webhook], 'pager', '--json');
    expect({ code, came: JSON.parse(stdout) }).toEqual({
      code: 0,
      came: [{ name: 'pager', kind: 'delivered', status: 204 }],
    });
    expect(one.received.all).toEqual([]);
  });

  it('lists the webhooks for an unknown name', async () => {
    await using one = await startReceiver();
    expect(await notify([one.webhook], 'pagr')).toMatchObject({
      code: 2,
      stderr: 'rollcall: webhook "pagr" is not configured; configured: ops\n',
    });
    expect(await notify([])).toMatchObject({ code: 2, stderr: expect.stringContaining('notify.webhooks') });
  });
});
