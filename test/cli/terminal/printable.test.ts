/** Names, DNs and texts of servers on a terminal. */
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { onBind } from '../../../dev/fake-ldap/server/fault.ts';
import { runCli } from '../../../src/cli/program.ts';
import { type CommandContext, complain, print, printJson } from '../../../src/cli/terminal/command.ts';
import { printTable, styled } from '../../../src/cli/terminal/style.ts';
import { DirectoryError } from '../../../src/errors.ts';
import { printable } from '../../../src/text/printable.ts';
import { temporaryFolder } from '../../support/config.ts';
import { serve } from '../../support/given/directory.ts';

/** All characters that a terminal executes or does not show, except the line feed. */
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const EVE = 'eve\u001b]0;pwned\u0007\u001b[31m\r\n\u202e\u200b\u00ad\u009b2J\u{e0041}';

function terminal(isTTY = false) {
  const said: string[] = [];
  const write = (text: string | Uint8Array) => said.push(String(text)) > 0;
  const stdout = { write, isTTY, columns: 80 };
  const context: CommandContext = { env: {}, stdout, stderr: stdout };
  return { context, said: () => said.join('') };
}

describe('text from outside', () => {
  it('is shown on one line, with every control, bidi and invisible character as an escape (G63)', () => {
    expect(printable(EVE)).toBe(
      'eve\\u001b]0;pwned\\u0007\\u001b[31m\\r\\n\\u202e\\u200b\\u00ad\\u009b2J\\udb40\\udc41',
    );
    expect(printable('Zoë 美咲 🦄 Kraków\u0301')).toBe('Zoë 美咲 🦄 Kraków\u0301');
  });

  it('never reaches a terminal unescaped (G63)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isTTY) => {
        const hostile = `${EVE}${text}`;
        const { context, said } = terminal(isTTY);
        print(context, hostile);
        print(context, styled({ ...context, env: { TERM: 'dumb' } }, 'bold', hostile));
        printTable({ ...context, env: { NO_COLOR: '1' } }, ['NAME', 'N'], [[hostile, '1']]);
        complain(context, `rollcall: ${printable(hostile)}`);
        expect(said()).not.toMatch(HARMFUL);
        expect(said().split('\n')).toHaveLength(6);
      }),
    );
  });

  it('gets its colours only from Rollcall (G63)', () => {
    const { context, said } = terminal(true);
    print(context, styled(context, 'red', EVE), EVE);
    expect(said().split('\u001b')).toHaveLength(3);
    expect(said().startsWith('\u001b[31meve\\u001b')).toBe(true);
  });

  it('means the same in JSON as without escapes (G63)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const { context, said } = terminal();
        printJson(context, { name: `${EVE}${text}`, list: [text] });
        expect(said()).not.toMatch(HARMFUL);
        expect(JSON.parse(said())).toEqual({ name: `${EVE}${text}`, list: [text] });
      }),
    );
  });

  it('appears in the error of a directory on one line (G63)', () => {
    const { message, problem } = new DirectoryError('busy', `The server says: ${EVE}.`, { fix: 'Wait.' });
    for (const text of [message, problem]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('cannot forge a line of "check": the diagnostic text of a server stays in its line (G63)', async () => {
    await using folder = await temporaryFolder();
    const forged = 'no\r\nrollcall: [ok] everything is fine\r\u001b[2K';
    await using fake = await serve([], {}, { faults: [onBind({}, answerCode(49, forged))] });
    const config = await folder.write('rollcall.yaml', JSON.stringify(configOf(fake.server.url)));
    const { context, said } = terminal();
    expect(await runCli(['check', '--config', config], context)).toBe(5);
    expect(said()).toContain('no\\r\\nrollcall: [ok] everything is fine\\r\\u001b[2K');
    expect(said()).not.toMatch(HARMFUL);
    expect(said()).not.toMatch(/^rollcall: \[ok\]/m);
  });
});

function configOf(url: string) {
  const directory = {
    name: 'corp',
    urls: [url],
    allowPlaintext: true,
    bindDn: 'cn=rollcall,dc=test',
    bindPassword: 'secret',
    users: { baseDn: 'ou=people,dc=test' },
    groups: { baseDn: 'ou=groups,dc=test' },
    mappings: [{ team: 'platform' }],
  };
  return { database: { url: 'postgres://nobody@127.0.0.1:1/none' }, directories: [directory] };
}

describe('the terminal', () => {
  it('is written to only in places that escape (G63)', () => {
    const places = globSync('src/cli/**/*.ts').filter(path => /\.write\(/.test(readFileSync(path, 'utf8')));
    expect(places.toSorted()).toEqual(['src/cli/program.ts', 'src/cli/terminal/command.ts']);
    expect(globSync('src/**/*.ts').filter(path => /console\.\w+\(/.test(readFileSync(path, 'utf8')))).toEqual(
      [],
    );
  });
});
