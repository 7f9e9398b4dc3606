// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the syntax of variables in the file
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const PASSWORD = 'bindPassword: hunter2';

describe('a secret', () => {
  it('is read from its file, without the line end', async () => {
    const text = configText([PASSWORD, 'bindPasswordFile: ldap']);
    const { settings } = await loadText(text, { files: { ldap: ' pass word \n' } });
    expect(settings.directories[0]?.bindPassword).toBe(' pass word ');
    expect(settings.directories[0]).not.toHaveProperty('bindPasswordFile');
  });

  it('is taken from a variable', async () => {
    const text = configText([PASSWORD, 'bindPassword: "${LDAP_PASSWORD}"']);
    const { settings } = await loadText(text, { env: { LDAP_PASSWORD: '0123${X}' } });
    expect(settings.directories[0]?.bindPassword).toBe('0123${X}');
  });

  it('is refused when it is given twice', async () => {
    const text = configText([PASSWORD, `${PASSWORD}\n    bindPasswordFile: ldap`]);
    expect(await problemsOf(text, { files: { ldap: 'x' } })).toEqual([
      'rollcall.yaml:11 directories[0].bindPasswordFile: is given together with bindPassword; keep one of the two',
    ]);
  });

  it('is refused when its file is missing', async () => {
    expect(await problemsOf(configText([PASSWORD, 'bindPasswordFile: nowhere/ldap']))).toEqual([
      'rollcall.yaml:10 directories[0].bindPasswordFile: names nowhere/ldap, which cannot be read: no such file',
    ]);
  });

  it('is refused when its file is a folder', async () => {
    expect(await problemsOf(configText([PASSWORD, 'bindPasswordFile: .']))).toEqual([
      'rollcall.yaml:10 directories[0].bindPasswordFile: names ., which cannot be read: it is a directory',
    ]);
  });

  it('is refused when it is missing', async () => {
    expect(await problemsOf(configText([`    ${PASSWORD}\n`, '']))).toEqual([
      'rollcall.yaml:7 directories[0].bindPassword: is missing; give bindPassword or bindPasswordFile',
    ]);
  });

  it('is refused as a number, which would lose leading zeros', async () => {
    expect(await problemsOf(configText([PASSWORD, 'bindPassword: 0123']))).toEqual([
      'rollcall.yaml:10 directories[0].bindPassword: must be text (put it in quotes)',
    ]);
  });

  it('belongs to one token only', async () => {
    const text = configText([
      'http:\n  tokens:\n',
      'http:\n  tokens:\n    - { name: tv, role: viewer, secret: t0ken-of-ops }\n',
    ]);
    expect(await problemsOf(text)).toEqual([
      'rollcall.yaml:6 http.tokens[1]: has the same secret as http.tokens[0]; each token needs its own',
    ]);
  });
});

describe('an empty bind password is refused before anything is connected (F93)', () => {
  const why =
    'servers treat a bind without a password as anonymous and return fewer entries (RFC 4513 5.1.2)';

  it.each([
    ['in the file', 'bindPassword: ""', `bindPassword: is empty: ${why}`],
    ['from a variable', 'bindPassword: "${EMPTY}"', `bindPassword: is empty: ${why}`],
    [
      'in a file of its own',
      'bindPasswordFile: ldap',
      `bindPasswordFile: names ldap, which is empty: ${why}`,
    ],
  ])('%s', async (_, line, problem) => {
    const problems = await problemsOf(configText([PASSWORD, line]), {
      env: { EMPTY: '' },
      files: { ldap: '\n' },
    });
    expect(problems).toEqual([`rollcall.yaml:10 directories[0].${problem}`]);
  });
});

/** Mistakes with a secret, in the file or around it. A message could quote each of them. */
const MISTAKES: readonly (readonly [string, string])[] = [
  ['postgres://rollcall@db/rollcall', 'mysql://rollcall:S3CRET@db/rollcall'],
  ['database:\n  url: postgres://rollcall@db/rollcall', 'database: postgres://u:S3CRET@db/rollcall'],
  ['secret: t0ken-of-ops', 'secret:S3CRET'],
  ['secret: t0ken-of-ops', 'secret: [S3CRET]'],
  ['secret: t0ken-of-ops', 'secret: *S3CRET'],
  ['secret: t0ken-of-ops', 'secret: !S3CRET'],
  ['secret: t0ken-of-ops', 'secret: @S3CRET'],
  ['secret: t0ken-of-ops', 'secret: "S3CRET'],
  ['secret: t0ken-of-ops', 'secret: ${S3CRET-}'],
  ['- { name: ops, role: admin, secret: t0ken-of-ops }', '- S3CRET'],
  ['tokens:\n    - { name: ops, role: admin, secret: t0ken-of-ops }', 'tokens: S3CRET'],
  [PASSWORD, 'bindPassword:S3CRET'],
  [PASSWORD, 'bindPassword: { S3CRET: 1 }'],
  [PASSWORD, 'bindPassword: S3CRET\n    bindPasswordFile: other'],
  [PASSWORD, `${PASSWORD}\n    pageSize: "\${LEAK}"`],
  ['ldaps://ldap.example.com', 'ldaps://u:S3CRET@ldap.example.com'],
];

it.each(MISTAKES)('no message quotes a secret: %j written as %j', async (found, replacement) => {
  const problems = await problemsOf(configText([found, replacement]), { env: { LEAK: 'S3CRET' } });
  expect(problems).not.toEqual([]);
  expect(problems.join('\n')).not.toContain('S3CRET');
});
