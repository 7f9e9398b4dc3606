/** The settings of Redis: user, password and TLS. */
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const redis = (keys: string) => configText(['http:\n', `redis: { ${keys} }\nhttp:\n`]);

describe('redis', () => {
  it('takes a user, a password from a file and an own certificate authority (G53)', async () => {
    const files = { pass: 's3cret\n', 'ca.pem': '-----BEGIN CERTIFICATE-----\n' };
    const text = redis('url: "rediss://keeper@redis", passwordFile: pass, tls: { caFile: ca.pem }');
    const { settings } = await loadText(text, { files });
    expect(settings.redis).toMatchObject({
      url: 'rediss://keeper@redis',
      password: 's3cret',
      tls: { caFile: expect.stringMatching(/^\/.*ca\.pem$/) },
    });
  });

  it.each([
    [
      'url: "redis://redis", tls: { serverName: other }',
      'redis.tls: has no effect without TLS; use rediss:// in redis.url',
    ],
    [
      'url: "rediss://redis", tls: { caFile: missing.pem }',
      'redis.tls.caFile: names missing.pem, which cannot be read',
    ],
    [
      'url: "rediss://redis", tls: { keyFile: client.key }',
      'redis.tls.keyFile: has no effect without certFile; give both or none',
    ],
  ])('{ %s } is refused', async (keys, problem) => {
    const files = { 'client.key': '-----BEGIN PRIVATE KEY-----\n' };
    expect(await problemsOf(redis(keys), { files })).toEqual([expect.stringContaining(problem)]);
  });
});
