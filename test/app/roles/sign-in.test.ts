/** Sessions in real processes: all of them know a user who signed in at one, also after a restart. */
import { expect, it } from 'vitest';
import { freePort } from '../../../dev/servers/port.ts';
import { serve } from '../../../src/app/commands/serve.ts';
import { createLog } from '../../../src/log.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { oidcSettings } from '../../support/given/http/openid.ts';
import { ADA, fromConsole } from '../../support/given/http/signing-in.ts';
import { openSmallDirectory } from '../../support/given/small-directory.ts';
import { CookieClient } from '../../support/servers/cookie-client.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { startProvider } from '../../support/servers/openid-provider.ts';
import { processSettings } from '../../support/servers/process-settings.ts';

it('a user is signed in at every process, also after a restart, until the user signs out at one', async () => {
  await using fake = await openSmallDirectory({});
  await using database = await freshDatabase();
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  await using provider = await startProvider(`${publicUrl}/auth/callback`);
  provider.claims = ADA;
  const settings = processSettings(database, { ...fake.settings, name: 'corp', schedule: '0 3 1 1 *' });
  const http: Settings['http'] = { ...settings.http, publicUrl, oidc: oidcSettings(provider.issuer) };
  const up = (at: number) =>
    serve(
      { ...settings, http: { ...http, port: at } },
      { roles: ['http'], log: createLog({ level: 'silent' }) },
    );
  const browser = new CookieClient();
  const ask = async (url = '') => (await fromConsole(browser, `${url}/api/runs`)).status;

  await using other = await up(0);
  const first = await up(port);
  const { response } = await browser.visit(`${publicUrl}/auth/sign-in`);
  expect(response.status).toBe(200);
  expect(await ask(other.url)).toBe(200);
  await first.stop();
  await using again = await up(port);
  expect(await ask(again.url)).toBe(200);
  await fromConsole(browser, `${other.url}/auth/sign-out`, { method: 'POST' });
  expect(await ask(again.url)).toBe(401);
});
