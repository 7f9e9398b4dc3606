/** Valid configurations: where the file is found, what its values become, and the defaults. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load-settings.ts';
import { checks, configText, loadText, temporaryFolder } from '../support/config.ts';

const EXAMPLE = new URL('../fixtures/contract.yaml', import.meta.url);
const TIMEOUTS = { statementTimeoutMs: 120_000, lockTimeoutMs: 45_000, idleTransactionTimeoutMs: 30_000 };
const URL_LINE = '  url: postgres://rollcall@db/rollcall';
const PEM = '-----BEGIN CERTIFICATE-----\n';

it('accepts a complete example and reads every value of it', async () => {
  const text = (await readFile(EXAMPLE, 'utf8')).replaceAll(/\/(run\/secrets|etc\/ssl)\//g, './');
  const files = { db: 'db-pw\n', viewer: 'view-token\r\n', ldap: 'ldap-pw', 'corp.pem': PEM };
  const { settings } = await loadText(text, { files, env: { ROLLCALL_ADMIN_TOKEN: 'admin-token' } });
  const [corp] = settings.directories;
  expect(settings.database).toEqual({
    url: 'postgres://rollcall@db:5432/rollcall?password=db-pw',
    poolSize: 10,
    ...TIMEOUTS,
  });
  expect(settings.redis).toEqual({ url: 'redis://redis:6379/0', prefix: 'rollcall' });
  expect(settings.http.tokens).toEqual([
    { name: 'grafana', role: 'viewer', secret: 'view-token' },
    { name: 'ops', role: 'admin', secret: 'admin-token' },
  ]);
  expect(corp).toMatchObject({ bindPassword: 'ldap-pw', fullReadEveryMs: 21_600_000, runTimeoutMs: 600_000 });
  expect(corp?.tls.caFile).toMatch(/^\/.*\/corp\.pem$/);
  expect(corp?.mappings).toEqual([
    {
      groups: { filter: '(cn=eng-*)', baseDn: 'ou=groups,dc=example,dc=com' },
      team: 'platform',
      name: '{cn}',
      type: 50,
      projects: ['api', 'web'],
      enforce: [],
      createTeam: false,
      merge: false,
    },
  ]);
});

it('a first run is applied unless it has to be confirmed (D11)', async () => {
  const confirming = configText().replace('    users:', '    firstRun: confirm\n    users:');
  const loaded = [await loadText(configText()), await loadText(confirming)];
  expect(loaded.map(({ settings }) => settings.directories[0]?.firstRun)).toEqual(['apply', 'confirm']);
});

it('fills in the default of every key that is left out', async () => {
  const text = (await readFile(EXAMPLE, 'utf8')).replaceAll(/\/(run\/secrets|etc\/ssl)\//g, './');
  const files = { db: 'x', viewer: 'y', ldap: 'z', 'corp.pem': PEM };
  const whole = await loadText(text, { files, env: { ROLLCALL_ADMIN_TOKEN: 'admin' } });
  const small = await loadText(configText());
  const [example, corp] = [whole.settings.directories[0], small.settings.directories[0]];
  const given = ['urls', 'bindDn', 'bindPassword', 'tls', 'sentinels', 'protect', 'mappings'];
  const rest = (directory: object | undefined) =>
    Object.fromEntries(Object.entries(directory ?? {}).filter(([key]) => !given.includes(key)));
  expect(rest(corp)).toEqual(rest(example));
  expect(small.settings.worker).toEqual(whole.settings.worker);
  expect(small.settings.log).toEqual(whole.settings.log);
  expect(small.settings.redis).toBeUndefined();
});

it('is deeply frozen', async () => {
  const { settings } = await loadText(configText());
  const loose: unknown[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) loose.push(value);
    Object.values(value).forEach(visit);
  };
  visit(settings);
  expect(loose).toEqual([]);
});

it('leaves keys that only the validation needs out of the settings', async () => {
  const { settings } = await loadText(
    configText(
      ['"ldaps://ldap.example.com"', '"ldap://ldap.example.com"'],
      ['    bindDn', '    allowPlaintext: true\n    bindDn'],
      ['"{cn}" }', '"{cn}", type: owner, allowOwner: true }'],
    ),
  );
  expect(settings.directories[0]).not.toHaveProperty('allowPlaintext');
  expect(settings.directories[0]?.mappings[0]).toMatchObject({ type: 0 });
  expect(settings.directories[0]?.mappings[0]).not.toHaveProperty('allowOwner');
});

it('finds its file by flag, then by ROLLCALL_CONFIG, then at the default path', async () => {
  await using folder = await temporaryFolder();
  const one = await folder.write('one.yaml', configText(['name: corp', 'name: one']));
  const two = await folder.write('two.yaml', configText(['name: corp', 'name: two']));
  const nameOf = async (file: string | undefined, env: Record<string, string>) =>
    (await loadSettings({ file, env, checks })).settings.directories[0]?.name;
  expect(await nameOf(one, { ROLLCALL_CONFIG: two })).toBe('one');
  expect(await nameOf(undefined, { ROLLCALL_CONFIG: two })).toBe('two');
  await expect(nameOf(`${folder.path}/none.yaml`, {})).rejects.toThrow(
    /none\.yaml: .*no such file.*--config FILE/,
  );
});

it('lets one block be used twice through a YAML anchor', async () => {
  const second = `  - name: second
    urls: ["ldaps://two.example.com"]
    bindDn: cn=rollcall,dc=example,dc=com
    bindPassword: hunter2
    users: *people
    groups: { baseDn: "ou=groups,dc=example,dc=com" }
    mappings: [{ team: second }]
`;
  const { settings } = await loadText(`${configText(['users: {', 'users: &people {'])}${second}`);
  expect(settings.directories[1]?.users).toEqual(settings.directories[0]?.users);
});

it('keeps the password of a database whose URL names a socket directory', async () => {
  const url = 'postgres:///rollcall?host=/run/postgresql&user=rollcall';
  const text = configText([URL_LINE, `  url: ${url}\n  passwordFile: ./db`]);
  const { settings } = await loadText(text, { files: { db: 'p w%\n' } });
  expect(new pg.Client(settings.database.url)).toMatchObject({
    host: '/run/postgresql',
    user: 'rollcall',
    password: 'p w%',
  });
});
