// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the syntax under test
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const TIMEOUTS = { statementTimeoutMs: 120_000, lockTimeoutMs: 45_000, idleTransactionTimeoutMs: 30_000 };

const URL_LINE = 'url: postgres://rollcall@db/rollcall';

describe('${NAME} in a value', () => {
  it('takes the variable, in the middle of text too', async () => {
    const text = configText([URL_LINE, 'url: "postgres://${DB_USER}@${DB_HOST}/rollcall"']);
    const { settings } = await loadText(text, { env: { DB_USER: 'me', DB_HOST: 'there' } });
    expect(settings.database.url).toBe('postgres://me@there/rollcall');
  });

  it('becomes a number or a boolean if the key has that type, and stays text otherwise', async () => {
    const text = configText(
      ['http:', 'http:\n  port: ${PORT}'],
      ['name: ops', 'name: "${PORT}"'],
      ['    users:', '    startTls: ${YES}\n    users:'],
    );
    const { settings } = await loadText(text, { env: { PORT: '8081', YES: 'true' } });
    expect(settings.http).toMatchObject({ port: 8081, tokens: [{ name: '8081' }] });
    expect(settings.directories[0]?.startTls).toBe(true);
  });

  it('is an error when it is not set, and the only one of that value', async () => {
    expect(await problemsOf(configText(['http:', 'http:\n  port: ${PORT}']))).toEqual([
      'rollcall.yaml:4 http.port: uses the environment variable PORT, which is not set; set it, or give a default with ${PORT:-…}',
    ]);
  });

  it.each([
    ['unset', undefined],
    ['empty', ''],
  ])('takes the default when it is %s', async (_, value) => {
    const text = configText(['http:', 'http:\n  port: "${PORT:-9090}"']);
    expect((await loadText(text, { env: { PORT: value } })).settings.http.port).toBe(9090);
  });

  it('is not replaced in $${…}', async () => {
    const { settings } = await loadText(configText(['hunter2', '"a$${b}c"']));
    expect(settings.directories[0]?.bindPassword).toBe('a${b}c');
  });

  it.each(['${', '${}', '${NAME', '${1A}', '${A-b}'])('is refused when it is unfinished: %s', async text => {
    expect(await problemsOf(configText(['hunter2', `"${text}"`]))).toEqual([
      'rollcall.yaml:10 directories[0].bindPassword: contains an incomplete variable: write ${NAME} or ${NAME:-default}, or $${ for a literal ${',
    ]);
  });

  it('is replaced once, not again in its value', async () => {
    const { settings } = await loadText(configText(['hunter2', '"${A}"']), { env: { A: '${B}', B: 'no' } });
    expect(settings.directories[0]?.bindPassword).toBe('${B}');
  });
});

describe('DATABASE_URL, REDIS_URL and LOG_LEVEL', () => {
  it('override the file, and create blocks that it omits', async () => {
    const env = { DATABASE_URL: 'postgres://x/y', REDIS_URL: 'redis://queue:6379/1', LOG_LEVEL: 'debug' };
    const { settings } = await loadText(configText(), { env });
    expect(settings).toMatchObject({
      database: { url: 'postgres://x/y', poolSize: 10, ...TIMEOUTS },
      redis: { url: 'redis://queue:6379/1', prefix: 'rollcall' },
      log: { level: 'debug' },
    });
  });

  it('count as unset when they are empty', async () => {
    const { settings } = await loadText(configText(), {
      env: { DATABASE_URL: '', REDIS_URL: '', LOG_LEVEL: '' },
    });
    expect(settings).toMatchObject({
      database: { url: 'postgres://rollcall@db/rollcall' },
      log: { level: 'info' },
    });
    expect(settings.redis).toBeUndefined();
  });

  it('replace a variable of the file that is not set', async () => {
    const text = configText([URL_LINE, 'url: "${NOT_SET}"']);
    expect((await loadText(text, { env: { DATABASE_URL: 'postgres://x/y' } })).settings.database.url).toBe(
      'postgres://x/y',
    );
  });

  it('replace the password of the file', async () => {
    const text = configText([URL_LINE, `${URL_LINE}\n  passwordFile: gone`]);
    const { settings } = await loadText(text, { env: { DATABASE_URL: 'postgres://u:p@x/y' } });
    expect(settings.database).toEqual({ url: 'postgres://u:p@x/y', poolSize: 10, ...TIMEOUTS });
  });

  it('are named if they are the problem', async () => {
    const env = { DATABASE_URL: 'mysql://u:hunter3@x', LOG_LEVEL: 'verbose' };
    expect(await problemsOf(configText(), { env })).toEqual([
      'environment LOG_LEVEL log.level: must be one of fatal, error, warn, info, debug, trace, silent, not "verbose"',
      'environment DATABASE_URL database.url: must be a postgres:// URL',
    ]);
  });
});
