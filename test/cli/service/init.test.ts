/** rollcall init against OpenLDAP: what it proposes can be used as it is. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { runCli } from '../../../src/cli/program.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { checks, type Folder, temporaryFolder } from '../../support/config.ts';
import { groupEntry, personEntry } from '../../support/given/company.ts';
import { callCommand, ldifOf } from '../../support/given/installation.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const unit = (dn: string) => ({
  dn,
  attributes: { objectClass: ['organizationalUnit'], ou: [/^ou=([^,]*)/.exec(dn)?.[1] ?? ''] },
});
/** A group in a container of its own. */
const teamGroup = (cn: string, ou: string, uids: readonly string[]) => ({
  ...groupEntry(cn, uids),
  dn: `cn=${cn},ou=${ou},ou=groups,dc=test`,
});
const ENTRIES = [
  { dn: 'dc=test', attributes: { objectClass: ['organization', 'dcObject'], dc: ['test'], o: ['test'] } },
  ...[
    'ou=people,dc=test',
    'ou=groups,dc=test',
    'ou=Data Science,ou=groups,dc=test',
    'ou=ops,ou=groups,dc=test',
  ].map(unit),
  ...['alice', 'bob', 'carol'].map(uid => personEntry(uid)),
  teamGroup('models', 'Data Science', ['alice', 'bob']),
  teamGroup('on-call', 'ops', ['carol']),
];

describe('rollcall init', () => {
  const stack = new AsyncDisposableStack();
  let slapd: Slapd;
  let folder: Folder;
  let account: string[];

  beforeAll(async () => {
    slapd = stack.use(await startSlapd({ ldif: ldifOf(ENTRIES), baseDn: 'dc=test' }));
    folder = stack.use(await temporaryFolder());
    const passwordFile = await folder.write('ldap-password', `${slapd.bindPassword}\n`);
    account = [
      '--url',
      slapd.url,
      '--allow-plaintext',
      '--bind-dn',
      slapd.bindDn,
      '--password-file',
      passwordFile,
    ];
  });
  afterAll(() => stack.disposeAsync());

  const init = (out: string, ...more: string[]) => callCommand({}, 'init', '--out', out, ...account, ...more);
  const load = async (file: string) => (await loadSettings({ file, env: {}, checks })).settings;

  it('writes a valid configuration with the people and groups that it found, and a team for each container', async () => {
    const out = join(folder.path, 'found.yaml');
    const { code, stdout, stderr } = await init(out);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('3 people below ou=people,dc=test, named by uid');
    expect(stdout).toContain('2 groups below ou=groups,dc=test in 2 containers, with member');
    expect(stdout).toContain(`rollcall migrate up --config ${out}`);
    const [directory] = (await load(out)).directories;
    expect(directory).toMatchObject({
      vendor: 'openldap',
      firstRun: 'confirm',
      bindPassword: slapd.bindPassword,
      users: { baseDn: 'ou=people,dc=test', filter: '(objectClass=inetOrgPerson)', username: 'uid' },
      groups: { baseDn: 'ou=groups,dc=test', members: ['member'] },
      mappings: [
        { team: 'data-science', groups: { baseDn: 'ou=Data Science,ou=groups,dc=test' } },
        { team: 'ops', groups: { baseDn: 'ou=ops,ou=groups,dc=test' } },
      ],
    });
  });

  it('writes no password into the file, and one team if --team is given', async () => {
    const out = join(folder.path, 'one-team.yaml');
    expect((await init(out, '--team', 'platform')).code).toBe(0);
    expect(await readFile(out, 'utf8')).not.toContain(slapd.bindPassword);
    expect((await load(out)).directories[0]?.mappings).toMatchObject([
      { team: 'platform', createTeam: true },
    ]);
  });

  it('does not replace a file without --force', async () => {
    const out = await folder.write('kept.yaml', 'mine');
    expect(await init(out)).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    expect(await readFile(out, 'utf8')).toBe('mine');
    expect((await init(out, '--force')).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('directories:');
  });

  it('says what it does not find, and writes nothing', async () => {
    const out = join(folder.path, 'nothing.yaml');
    const { code, stderr } = await init(out, '--base', 'ou=groups,dc=test');
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringContaining('sees no people below "ou=groups,dc=test"'),
    });
    await expect(access(out)).rejects.toThrow(/ENOENT/);
  });

  it('names the flag that is missing without a terminal, and asks for it at a terminal', async () => {
    const out = join(folder.path, 'asked.yaml');
    const withoutUrl = ['init', '--out', out, ...account.slice(2)];
    expect(await callCommand({}, ...withoutUrl)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--url'),
    });
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return slapd.url;
    };
    const quiet = { write: () => true };
    expect(await runCli(withoutUrl, { env: {}, stdout: quiet, stderr: quiet, ask })).toBe(0);
    expect(asked).toEqual([expect.stringContaining('A server of the directory')]);
  });
});
