/** The settings of webhooks: secrets, events, links and addresses. */
import { describe, expect, it } from 'vitest';
import { formatOrigins } from '../../../src/config/report/origins.ts';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const WEBHOOK = 'https://hooks.example.com/T0/very-secret-path';

/** The valid configuration with these webhooks, each written as one line of YAML; the first is on line 4. */
function withWebhooks(...webhooks: readonly string[]): string {
  const lines = webhooks.map(webhook => `    - ${webhook}\n`).join('');
  return configText(['http:\n', `notify:\n  webhooks:\n${lines}http:\n`]);
}

describe('notify', () => {
  it('has no webhooks by default', async () => {
    const { settings } = await loadText(configText());
    expect(settings.notify).toEqual({ webhooks: [] });
    expect(settings.http).not.toHaveProperty('publicUrl');
  });

  it('takes a webhook with its secret from a file, for all events by default', async () => {
    const text = withWebhooks(
      `{ name: ops, url: "${WEBHOOK}", secretFile: hook }`,
      '{ name: local, url: "http://127.0.0.1:9/x", secret: whsec_MDEyMzQ1Njc4OWFiY2RlZg==, events: [held] }',
    );
    const { settings } = await loadText(text, { files: { hook: 'of-the-hook\n' } });
    expect(settings.notify.webhooks).toEqual([
      {
        name: 'ops',
        url: WEBHOOK,
        secret: 'of-the-hook',
        events: ['held', 'failed', 'doubt', 'password', 'stale', 'recovered'],
      },
      {
        name: 'local',
        url: 'http://127.0.0.1:9/x',
        secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZg==',
        events: ['held'],
      },
    ]);
  });

  it('shows neither the secret of a webhook nor the path of its URL', async () => {
    const { origins } = await loadText(withWebhooks(`{ name: ops, url: "${WEBHOOK}", secret: of-the-hook }`));
    const shown = formatOrigins(origins);
    expect(shown).toMatch(/notify\.webhooks\[0\]\.url +"https:\/\/hooks\.example\.com\/\*\*\*"/);
    expect(shown).not.toMatch(/very-secret-path|of-the-hook/);
  });

  it('takes the address of the console for links', async () => {
    const text = configText(['http:\n', 'http:\n  publicUrl: https://rollcall.example.com\n']);
    expect((await loadText(text)).settings.http.publicUrl).toBe('https://rollcall.example.com');
  });

  it.each([
    [
      '{ name: ops, url: "http://hooks.example.com/x", secret: s3cret }',
      'rollcall.yaml:5 notify.webhooks[0].url: would send messages unencrypted; use https://, or set allowPlaintext: true for this webhook',
    ],
    [
      '{ name: ops, url: "ftp://hooks.example.com/x", secret: s3cret }',
      'rollcall.yaml:5 notify.webhooks[0].url: must be an https:// URL',
    ],
    [
      '{ name: ops, url: "https://hooks.example.com/x" }',
      'rollcall.yaml:5 notify.webhooks[0].secret: is missing; give secret or secretFile',
    ],
    [
      '{ name: ops, url: "https://hooks.example.com/x", secret: whsec_no*base64 }',
      'rollcall.yaml:5 notify.webhooks[0].secret: begins with whsec_, but the rest is not valid base64 (generate one: openssl rand -base64 32)',
    ],
    [
      '{ name: ops, url: "https://hooks.example.com/x", secret: s3cret, events: [fialed] }',
      'rollcall.yaml:5 notify.webhooks[0].events[0]: must be one of held, failed, doubt, password, stale, recovered, changed, sealed, not "fialed"; did you mean failed?',
    ],
  ])('refuses %s', async (webhook, problem) => {
    expect(await problemsOf(withWebhooks(webhook))).toEqual([problem]);
  });

  it('allows http:// to another machine if the configuration says so', async () => {
    const url = 'http://hooks.example.com/x';
    const text = withWebhooks(`{ name: ops, url: "${url}", secret: s3cret, allowPlaintext: true }`);
    expect((await loadText(text)).settings.notify.webhooks[0]?.url).toBe(url);
  });

  it('refuses two webhooks of one name', async () => {
    const one = '{ name: ops, url: "https://hooks.example.com/x", secret: s3cret }';
    expect(await problemsOf(withWebhooks(one, one))).toEqual([
      'rollcall.yaml:6 notify.webhooks[1].name: is "ops", the same as notify.webhooks[0].name; each webhook needs a unique name',
    ]);
  });
});
