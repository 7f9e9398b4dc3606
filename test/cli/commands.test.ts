/** Commands that check, validate or migrate, and errors of the command line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import { temporaryFolder } from '../support/config.ts';
import { callCommand, type Installation, openInstallation } from '../support/given/installation.ts';
import { encrypted } from '../support/proxies/tls-front.ts';
import { emptyDatabase } from '../support/servers/database.ts';
import { redisSettings } from '../support/servers/redis.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await openInstallation();
});
afterAll(() => installation[Symbol.asyncDispose]());

interface Line {
  readonly subject: string;
  readonly level: string;
  readonly message: string;
  readonly fix?: string;
}

async function check(config: string): Promise<{ code: number | null; lines: Line[] }> {
  const { code, stdout } = await installation.call('check', '--json', '--config', config);
  return { code, lines: JSON.parse(stdout) };
}

/** Every command with its subcommands, from the help. */
async function commandsBelow(words: readonly string[]): Promise<string[][]> {
  const { stdout } = await callCommand({}, ...words, '--help');
  const [, list = ''] = stdout.split('\nCommands:\n');
  const [own = ''] = list.split('\n\n');
  const names = [...own.matchAll(/^ {2}([a-z][\w-]*)/gm)].flatMap(([, name = '']) => name);
  const found: string[][] = [];
  for (const name of names.filter(each => each !== 'help')) {
    const command = [...words, name];
    found.push(command, ...(await commandsBelow(command)));
  }
  return found;
}

describe('rollcall check', () => {
  it('exits with 0 without findings, over TLS', async () => {
    await using folder = await temporaryFolder();
    const authority = createAuthority();
    const caFile = await folder.write('ca.pem', authority.cert);
    const identity = authority.issue({ name: 'slapd', hosts: ['127.0.0.1'] });
    await using front = await encrypted(installation.slapd.port, identity);
    const urls = [`ldaps://127.0.0.1:${front.port}`];
    const more = { directory: { urls, tls: { caFile }, allowPlaintext: false } };
    const { code, lines } = await check(await installation.writeConfig(more));
    expect(lines.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/openldap, TLS, bound as/) }),
    );
    expect(code).toBe(0);
  });

  it('warns of other installations with the same prefix (G82)', async () => {
    const redis = redisSettings();
    const database = { url: (await emptyDatabase()).url };
    await check(await installation.writeConfig({ redis, database }));
    const { lines } = await check(await installation.writeConfig({ redis }));
    expect(lines).toContainEqual(
      expect.objectContaining({
        subject: 'redis',
        level: 'warn',
        message: expect.stringMatching(/^other installations use the prefix .* only its own tasks$/),
      }),
    );
  });

  it('warns of groups of another configuration in the database (G82)', async () => {
    await using shared = await openInstallation();
    await shared.call('sync', '--once');
    const { lines } = await check(await shared.writeConfig({ directory: { name: 'branch' } }));
    expect(lines).toContainEqual(
      expect.objectContaining({
        subject: 'database',
        level: 'warn',
        message: 'it has groups of directories that this configuration does not have: corp',
      }),
    );
  });

  it('prints its findings, and warns that the connection to the directory is not encrypted', async () => {
    const { code, lines } = await check(installation.config);
    expect(lines.filter(({ level }) => level === 'fail')).toEqual([]);
    expect(lines).toEqual(
      expect.arrayContaining([
        { subject: 'database', level: 'ok', message: 'answers' },
        { subject: 'migrations', level: 'ok', message: 'at head' },
        { subject: 'redis', level: 'ok', message: 'answers' },
        expect.objectContaining({ level: 'warn', message: expect.stringMatching(/encrypt|plain/i) }),
      ]),
    );
    expect(code).toBe(1);
    const text = await installation.call('check');
    expect(text.stdout).toMatch(/^ok {4}database: answers$/m);
    expect(text.stdout).toMatch(/^warn .*\n {6}→ /m);
    expect(text.stdout).toMatch(/^ {6}\$ ldapsearch .* -w "\$ROLLCALL_BIND_PASSWORD" /m);
    expect(text.stdout).not.toContain(installation.slapd.bindPassword);
  });

  it.each([
    ['a password that is refused', { directory: { bindPassword: 'wrong' } }, /invalid credentials/],
    ['a directory that is away', { directory: { urls: ['ldap://127.0.0.1:1'] } }, /127\.0\.0\.1:1/],
    ['a Redis that is away', { redis: { url: 'redis://127.0.0.1:1' } }, /Redis/],
    ['a database that is away', { database: { url: 'postgres://x@127.0.0.1:1/x' } }, /PostgreSQL/],
  ])('fails for %s, and prints all other findings', async (_, more, message) => {
    const { code, lines } = await check(await installation.writeConfig(more));
    expect(code).toBe(5);
    const failures = lines.filter(({ level }) => level === 'fail');
    expect(failures).not.toEqual([]);
    expect(failures.map(line => line.message).join('\n')).toMatch(message);
    expect(lines.some(({ level }) => level === 'ok')).toBe(true);
  });
});

describe('rollcall migrate', () => {
  it('prints the schema version, migrates up and down; other commands need the schema', async () => {
    const config = await installation.writeConfig({ database: await emptyDatabase() });
    const migrate = async (direction: string) =>
      JSON.parse((await installation.call('migrate', direction, '--json', '--config', config)).stdout);
    const before = await migrate('status');
    expect(before.applied).toEqual([]);
    expect(before.pending).not.toEqual([]);
    expect(await installation.call('plan', '--config', config)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('rollcall migrate up'),
    });
    expect((await check(config)).code).toBe(5);

    expect(await migrate('up')).toEqual({ applied: before.pending });
    expect(await migrate('status')).toEqual({ applied: before.pending, pending: [], newer: [] });
    expect(await migrate('up')).toEqual({ applied: [] });
    expect((await installation.call('migrate', 'status', '--config', config)).stdout).toMatch(
      /^pending: none$/m,
    );
    expect(await migrate('down')).toEqual({ reverted: [before.pending.at(-1)] });
    expect(await installation.call('migrate', 'sideways', '--config', config)).toMatchObject({ code: 2 });
  });
});

describe('rollcall config', () => {
  it('validates: exits with 0 for a valid file, and with 2 and every problem for an invalid one', async () => {
    expect(await installation.call('config', 'validate')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('valid, directories: corp'),
    });
    const wrong = await installation.writeConfig({
      worker: { concurrency: 'many' },
      directory: { urls: ['ldaps://x'], filtre: '(cn=*)', users: { baseDn: 'not a dn' } },
    });
    const refused = await installation.call('config', 'validate', '--config', wrong);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    for (const key of ['worker.concurrency', 'filtre', 'users.baseDn']) expect(refused.stderr).toContain(key);
    expect(refused.stderr).toMatch(/rollcall-\d+\.yaml:\d+/);
  });

  it('shows each value and its source, with secrets masked', async () => {
    const shown = await installation.call('config', 'show');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('directories[0].name');
    expect(shown.stdout).not.toContain(installation.slapd.bindPassword);
    const env = { ROLLCALL_CONFIG: installation.config, LOG_LEVEL: 'debug' };
    expect((await callCommand(env, 'config', 'show')).stdout).toMatch(/log\.level.*debug.*LOG_LEVEL/);
    expect(JSON.parse((await installation.call('config', 'show', '--json')).stdout)).not.toEqual([]);
  });

  it('prints the JSON Schema', async () => {
    const { code, stdout } = await callCommand({}, 'config', 'schema');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { directories: {} } });
  });
});

describe('the command line', () => {
  it.each([
    ['an unknown flag', ['plan', '--frce']],
    ['an unknown command', ['sink']],
    ['an unknown directory', ['plan', 'acme']],
    ['an unknown directory to sync', ['sync', 'acme']],
    ['a role that there is not', ['serve', '--roles', 'worker,cook']],
    ['a run that is no number', ['runs', 'show', 'last']],
    ['a run that there is not', ['runs', 'show', '4711']],
    ['a file that is not there', ['plan', '--config', '/nowhere/rollcall.yaml']],
  ])('exits with 2 and a message for %s', async (_, args) => {
    const { code, stdout, stderr } = await installation.call(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('an empty base or an empty password is refused before anything is connected (F05, F93)', async () => {
    const config = await installation.writeConfig({
      directory: { bindPassword: '', groups: { baseDn: '' }, urls: ['ldap://127.0.0.1:1'] },
    });
    const refused = await installation.call('plan', '--config', config);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('bindPassword');
    expect(refused.stderr).toContain('groups.baseDn');
  });

  it('exits with 5 and one line when the database or Redis is unavailable', async () => {
    const database = await installation.writeConfig({ database: { url: 'postgres://x@127.0.0.1:1/x' } });
    const redis = await installation.writeConfig({ redis: { url: 'redis://127.0.0.1:1' } });
    for (const config of [database, redis]) {
      const answer = await installation.call('sync', '--no-wait', '--config', config);
      expect(answer).toMatchObject({ code: 5, stdout: '' });
      expect(answer.stderr).toMatch(/^rollcall: .*127\.0\.0\.1:1.*\n$/);
    }
  });

  it('explains every command with examples', async () => {
    const commands = await commandsBelow([]);
    expect(commands.map(words => words.join(' '))).toEqual(
      expect.arrayContaining(['serve', 'groups', 'groups add-member', 'config validate']),
    );
    for (const words of commands) {
      const command = words.join(' ');
      const { code, stdout } = await callCommand({}, ...words, '--help');
      expect({ command, code }).toEqual({ command, code: 0 });
      expect(stdout).toMatch(new RegExp(`Examples?:\n(.*\n)*?.*rollcall ${command}`));
      // Those commands read no configuration.
      if (!['completion', 'init'].includes(command))
        expect(`${command}: ${stdout}`).toMatch(/--config(.|\n)*--json/);
    }
  });

  it('sync --no-wait only enqueues, and a repetition gets the queued run', async () => {
    const ask = async () => JSON.parse((await installation.call('sync', '--no-wait', '--json')).stdout);
    const first = await ask();
    expect(first).toMatchObject([{ directory: 'corp', status: 'queued' }]);
    expect(await ask()).toEqual(first);
  });
});
