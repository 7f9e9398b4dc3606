/** The log writes JSON lines or readable text, and no secrets. */
import { describe, expect, it } from 'vitest';
import { createLog } from '../src/log.ts';

function capture(options: { level?: string; pretty?: boolean } = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', ...options, stream: { write: line => void lines.push(line) } });
  return { log, lines, last: (): unknown => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('a line of the log', () => {
  it('is JSON with level, time, fields and message, and no process or host', () => {
    const { log, last } = capture();
    log.info({ run: 7, directory: 'corp' }, 'run succeeded');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      run: 7,
      directory: 'corp',
      msg: 'run succeeded',
    });
  });

  it('is written before the call returns', () => {
    const { log, lines } = capture();
    log.warn('last words');
    expect(lines).toHaveLength(1);
  });

  it('below the level is not written', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info('too quiet');
    expect(lines).toEqual([]);
  });

  it('is readable text on request', () => {
    const { log, lines } = capture({ pretty: true });
    log.info({ run: 7 }, 'run succeeded');
    expect(lines.join('')).toMatch(/INFO.*: .*run succeeded/);
    expect(lines.join('')).not.toContain('{"level"');
  });
});

describe('secrets', () => {
  it.each([
    ['at the top', { password: 'S3CRET' }],
    ['under a longer name', { bindPassword: 'S3CRET', clientSecret: 'S3CRET', access_token: 'S3CRET' }],
    ['as a header', { req: { headers: { authorization: 'Bearer S3CRET', cookie: 'S3CRET' } } }],
    ['in a list', { http: { tokens: [{ name: 'ops', secret: 'S3CRET' }] } }],
    ['deep down', { a: { b: { c: { d: [{ e: { secret: 'S3CRET' } }] } } } }],
    ['as a block', { secrets: { one: 'S3CRET' } }],
    [
      'deeper than anybody looks',
      { a: { b: { c: { d: { e: { f: { g: { h: { i: { j: 'S3CRET' } } } } } } } } } },
    ],
  ])('are masked %s', (_, fields) => {
    const { log, lines } = capture();
    log.info(fields, 'message');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('S3CRET');
  });

  it('are masked in the bindings of a child log', () => {
    const { log, lines, last } = capture();
    log.child({ token: 'S3CRET', run: 7 }).info('message');
    expect(lines[0]).not.toContain('S3CRET');
    expect(last()).toMatchObject({ run: 7, token: '***' });
  });

  it('do not mask numbers with similar names', () => {
    const { log, last } = capture();
    log.info({ tokens: 3 }, 'message');
    expect(last()).toMatchObject({ tokens: 3 });
  });
});

describe('an error', () => {
  it('keeps type, code, message, stack and causes, and drops other properties', () => {
    const { log, lines, last } = capture();
    const cause = Object.assign(new TypeError('unique'), {
      code: '23505',
      detail: 'Key (email)=(alice@example.com)',
    });
    log.error({ err: new Error('save failed', { cause }), run: 7 });
    expect(lines[0]).not.toContain('alice');
    expect(last()).toMatchObject({
      run: 7,
      err: {
        type: 'Error',
        message: 'save failed',
        stack: expect.stringContaining('log.test.ts'),
        cause: { type: 'TypeError', code: '23505', message: 'unique' },
      },
    });
  });

  it('may be its own cause', () => {
    const { log, lines } = capture();
    const error = new Error('round');
    error.cause = error;
    log.error(error);
    expect(lines).toHaveLength(1);
  });

  it.each([false, true])('contains no control sequences from outside, pretty: %s (G63)', pretty => {
    const { log, lines } = capture({ pretty });
    const hostile = 'a\u001b]0;pwned\u0007\r\u202eb\u200b\u009b2J';
    log.warn({ group: hostile, err: new Error(hostile) }, hostile);
    const text = lines.join('');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(text.split('\\u001b]0;pwned').length).toBeGreaterThan(3);
    if (!pretty) expect(JSON.parse(text)).toMatchObject({ group: hostile, msg: hostile });
  });
});
