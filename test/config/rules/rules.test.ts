/** Rules over several keys: encryption, bind accounts, schedules, unique names and limits. */
import { describe, expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../../support/config.ts';

const PLAIN = ['ldaps://ldap.example.com', 'ldap://ldap.example.com'] as const;
const MAPPING = '- { team: platform, name: "{cn}" }';
const add = (line: string) => ['    users:', `    ${line}\n    users:`] as const;

describe('plain ldap://', () => {
  it('is refused, because the password would be readable', async () => {
    expect(await problemsOf(configText(PLAIN))).toEqual([
      'rollcall.yaml:8 directories[0].urls[0]: would send the password unencrypted; use ldaps://, or startTls: true, or set allowPlaintext: true',
    ]);
  });

  it.each(['startTls: true', 'allowPlaintext: true'])('is accepted with %s', async line => {
    const { settings } = await loadText(configText(PLAIN, add(line)));
    expect(settings.directories[0]?.urls).toEqual(['ldap://ldap.example.com']);
  });

  it('is accepted for a local socket', async () => {
    const { settings } = await loadText(
      configText(['ldaps://ldap.example.com', 'ldapi://%2Frun%2Fslapd%2Fldapi']),
    );
    expect(settings.directories[0]?.urls).toEqual(['ldapi://%2Frun%2Fslapd%2Fldapi']);
  });
});

describe('the account that reads', () => {
  it('may be user@domain for Active Directory', async () => {
    const text = configText(
      ['cn=rollcall,dc=example,dc=com', 'rollcall@corp.example.com'],
      add('vendor: activedirectory'),
    );
    expect((await loadText(text)).settings.directories[0]?.bindDn).toBe('rollcall@corp.example.com');
  });

  it('must be a DN for anything else', async () => {
    expect(
      await problemsOf(configText(['cn=rollcall,dc=example,dc=com', 'rollcall@corp.example.com'])),
    ).toEqual([
      expect.stringMatching(
        /^rollcall\.yaml:9 directories\[0\]\.bindDn: is not a DN: .*\(user@domain requires vendor: activedirectory\)$/,
      ),
    ]);
  });
});

describe('a second opinion', () => {
  const second = [
    '["ldaps://ldap.example.com"]',
    '["ldaps://ldap.example.com", "ldaps://two.example.com"]',
  ] as const;

  it('is off by default, and needs a second server (G08)', async () => {
    const wanted = add('secondOpinion: true');
    expect((await loadText(configText(second, wanted))).settings.directories[0]?.secondOpinion).toBe(true);
    expect((await loadText(configText(second))).settings.directories[0]?.secondOpinion).toBe(false);
    expect(await problemsOf(configText(wanted))).toEqual([
      expect.stringMatching(/directories\[0\]\.secondOpinion: requires a second server; add one to urls/),
    ]);
  });
});

describe('a schedule', () => {
  it('must be a cron expression', async () => {
    expect(await problemsOf(configText(add('schedule: "every morning"')))).toEqual([
      expect.stringMatching(
        /^rollcall\.yaml:11 directories\[0\]\.schedule: is not a schedule: .*allowed: five or six/,
      ),
    ]);
  });

  it('must be in a time zone that exists', async () => {
    expect(await problemsOf(configText(add('timezone: Mars/Phobos')))).toEqual([
      expect.stringMatching(/^rollcall\.yaml:11 directories\[0\]\.timezone: .*Mars\/Phobos/),
    ]);
  });
});

describe('names', () => {
  it('of directories must differ, also in more than letter case', async () => {
    const text = configText();
    const second = text
      .slice(text.indexOf('  - name: corp'))
      .replace('corp', 'Corp')
      .replace('platform', 'other');
    expect(await problemsOf(text + second)).toEqual([
      'rollcall.yaml:15 directories[1].name: is "Corp", the same as directories[0].name; each directory needs a unique name',
    ]);
  });

  it('of tokens must differ', async () => {
    const text = configText([
      'http:\n  tokens:\n',
      'http:\n  tokens:\n    - { name: ops, role: viewer, secret: another }\n',
    ]);
    expect(await problemsOf(text)).toEqual([
      'rollcall.yaml:6 http.tokens[1].name: is "ops", the same as http.tokens[0].name; each token needs a unique name',
    ]);
  });
});

describe('a mapping to owner (B15)', () => {
  it.each(['owner', '0'])('is refused for type: %s without allowOwner', async type => {
    expect(await problemsOf(configText([MAPPING, `- { team: platform, type: ${type} }`]))).toEqual([
      'rollcall.yaml:14 directories[0].mappings[0].type: would make every member an owner of the team; to allow this, add allowOwner: true',
    ]);
  });

  it('is level 0 with allowOwner: true', async () => {
    const text = configText([MAPPING, '- { team: platform, type: owner, allowOwner: true }']);
    expect((await loadText(text)).settings.directories[0]?.mappings[0]?.type).toBe(0);
  });
});

describe('two mappings with one fixed team and name (A20)', () => {
  const two = (one: string, other: string) =>
    configText([MAPPING, `- { team: t, name: Ops${one} }\n      - { team: t, name: " Ops "${other} }`]);

  it.each([
    ['', ''],
    [', merge: true', ''],
  ])('are refused (first%s, second%s)', async (one, other) => {
    expect(await problemsOf(two(one, other))).toEqual([
      'rollcall.yaml:15 directories[0].mappings[1]: maps to the AccessGroup "Ops" of team t, as directories[0].mappings[0] does; use another name or team, or set merge: true in both',
    ]);
  });

  it('are accepted when both say merge', async () => {
    const { settings } = await loadText(two(', merge: true', ', merge: true'));
    expect(settings.directories[0]?.mappings).toHaveLength(2);
  });

  it('are refused across directories even with merge', async () => {
    const text = configText([MAPPING, '- { team: t, name: Ops, merge: true }']);
    const second = text.slice(text.indexOf('  - name: corp')).replace('corp', 'second');
    expect(await problemsOf(text + second)).toEqual([
      'rollcall.yaml:22 directories[1].mappings[0]: maps to the AccessGroup "Ops" of team t, as directories[0].mappings[0] does; an AccessGroup can have only one directory: use another name or team',
    ]);
  });

  it('are accepted if a template distinguishes them', async () => {
    const text = configText([MAPPING, '- { team: t, name: "{cn}" }\n      - { team: t, name: "{cn}" }']);
    expect((await loadText(text)).settings.directories[0]?.mappings).toHaveLength(2);
  });
});

describe('certificate files', () => {
  const tls = (text: string) => configText(add(`tls: { ${text} }`));

  it('a caFile that does not exist is an error and is not ignored (F90)', async () => {
    expect(await problemsOf(tls('caFile: ca.pem'))).toEqual([
      'rollcall.yaml:11 directories[0].tls.caFile: names ca.pem, which cannot be read: no such file',
    ]);
  });

  it('a caFile without a certificate is an error (F90)', async () => {
    expect(await problemsOf(tls('caFile: ca.pem'), { files: { 'ca.pem': 'hello' } })).toEqual([
      'rollcall.yaml:11 directories[0].tls.caFile: names ca.pem, which is not a PEM file with a certificate',
    ]);
  });

  it('no key of the configuration switches verification off (F90)', async () => {
    for (const key of ['verify: false', 'rejectUnauthorized: false', 'insecure: true']) {
      expect(await problemsOf(tls(key))).toEqual([expect.stringContaining('is not a known key')]);
    }
  });

  it('need certificate and key together', async () => {
    const files = { 'own.pem': '-----BEGIN CERTIFICATE-----' };
    expect(await problemsOf(tls('certFile: own.pem'), { files })).toEqual([
      'rollcall.yaml:11 directories[0].tls.certFile: has no effect without keyFile; give both or none',
    ]);
  });
});

it('a rule is applied although another key of the same block is wrong', async () => {
  const text = configText(PLAIN, add('pageSize: many'), add('timezone: Nowhere'));
  expect((await problemsOf(text)).map(problem => problem.split(':')[1])).toEqual([
    '8 directories[0].urls[0]',
    '11 directories[0].pageSize',
    '12 directories[0].timezone',
  ]);
});
