/** Saves snapshots of an OpenLDAP server, and plans from them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { Attribute, Change, Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silenceAfterEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { asAdmin } from '../../../dev/servers/directory.ts';
import { serveSnapshot } from '../../../src/app/commands/snapshot.ts';
import { groupDn, personDn } from '../../support/given/company.ts';
import { BIND, serve } from '../../support/given/directory.ts';
import { callCommand, type Installation, openInstallation } from '../../support/given/installation.ts';
import { until } from '../../support/observe/until.ts';
import { start } from '../../support/servers/rollcall.ts';

let installation: Installation;
let folder: string;

beforeAll(async () => {
  installation = await openInstallation();
  folder = dirname(installation.config);
});
afterAll(() => installation[Symbol.asyncDispose]());

async function textOf(file: string): Promise<string> {
  return (await promisify(zstdDecompress)(await readFile(file))).toString();
}

const planFrom = (file: string, config: string) =>
  installation.call('plan', '--snapshot', file, '--json', '--config', config);

function withoutNames({ kind, reason, members, add, remove, held }: Record<string, unknown>) {
  return { kind, reason, members, add, remove, held };
}

describe('rollcall snapshot save', () => {
  it('saves a read, from which a plan is the same without the directory', async () => {
    const file = join(folder, 'first.snapshot');
    const expected = await installation.call('plan', '--json');
    const saved = await installation.call('snapshot', 'save', file, '--json');
    expect(saved).toMatchObject({ code: 0, stderr: 'corp: reading the directory\n' });
    expect(JSON.parse(saved.stdout)).toMatchObject({ file, directory: 'corp', entries: expect.any(Number) });
    const config = await installation.writeConfig({ directory: { urls: ['ldap://127.0.0.1:1'] } });
    const { code, stdout } = await planFrom(file, config);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(expected.stdout));
    expect(code).toBe(1);
  });

  it('records what the server denied, so that a plan with removals is the same', async () => {
    const { slapd } = installation;
    await installation.call('sync', '--once', '--json');
    const change = (operation: 'add' | 'delete') =>
      asAdmin(slapd, client => {
        const modification = new Attribute({ type: 'member', values: [personDn('frank')] });
        return client.modify(groupDn('all'), new Change({ operation, modification }));
      });
    await change('delete');
    const file = join(folder, 'removal.snapshot');
    const expected = await installation.call('plan', '--json');
    expect(expected.stdout).toContain('"remove": 1');
    await installation.call('snapshot', 'save', file);
    await change('add');
    const { stdout } = await installation.call('plan', '--snapshot', file, '--json');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(expected.stdout));
  });

  it('keeps the file to its owner, does not replace it without --force, and leaves nothing else', async () => {
    const file = join(folder, 'kept.snapshot');
    await installation.call('snapshot', 'save', file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = await textOf(file);
    const refused = await installation.call('snapshot', 'save', file);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists; --force replaces it'),
    });
    expect(await textOf(file)).toBe(before);
    expect(await installation.call('snapshot', 'save', file, '--force')).toMatchObject({ code: 0 });
    expect(await textOf(file)).not.toBe(before);
    expect((await readdir(folder)).filter(name => name.includes('.tmp'))).toEqual([]);
  });

  it('leaves no file if a signal stops it', async () => {
    const faults = [onSearch({ attribute: /^uid$/ }, silenceAfterEntries(0))];
    await using silent = await serve([], {}, { faults });
    const access = { urls: silent.settings.urls, bindDn: BIND.dn, bindPassword: BIND.password };
    const config = await installation.writeConfig({ directory: access });
    const file = join(folder, 'stopped.snapshot');
    const save = start(config, 'snapshot', 'save', file);
    const unfinished = async () => (await readdir(folder)).filter(name => name.endsWith('.tmp'));
    await until('the file is begun', async () => (await unfinished())[0]);
    expect(await save.end('SIGINT')).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('rollcall: stopped by SIGINT\n'),
    });
    expect(await unfinished()).toEqual([]);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('with --anonymise saves a file without names, which is planned alone', async () => {
    const file = join(folder, 'anonymous.snapshot');
    const protect = ['a*', 'nobody'];
    const config = await installation.writeConfig({ directory: { protect } });
    const expected = await installation.call('plan', '--json', '--config', config);
    expect(
      await installation.call('snapshot', 'save', file, '--anonymise', '--config', config),
    ).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Its names are pseudonyms.'),
    });
    const { code, stdout } = await callCommand({}, 'plan', '--snapshot', file, '--json');
    const [named] = JSON.parse(expected.stdout);
    const [anonymous] = JSON.parse(stdout);
    expect(anonymous.counts).toEqual(named.counts);
    expect(anonymous.changes.map(withoutNames)).toEqual(
      expect.arrayContaining(named.changes.map(withoutNames)),
    );
    expect(code).toBe(expected.code);
    expect(await textOf(file)).not.toMatch(/alice|frank|devs|platform|corp|dc=test|rollcall,/i);
    const refused = await installation.call('snapshot', 'diff', file, file);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('pseudonyms of its own') });
    expect(await planFrom(file, config)).toMatchObject({ code: 2 });
  });

  it('describes itself in the first line, and holds no password', async () => {
    const file = join(folder, 'described.snapshot');
    await installation.call('snapshot', 'save', file);
    const text = await textOf(file);
    expect(JSON.parse(text.slice(0, text.indexOf('\n')))).toMatchObject({
      rollcall: 'snapshot',
      format: 1,
      directory: 'corp',
      vendor: 'auto',
      users: { baseDn: 'ou=people,dc=test' },
      configuration: expect.stringContaining('mappings:'),
    });
    expect(text).not.toContain(installation.slapd.bindPassword);
  });

  it('saves a read that failed, which then fails again', async () => {
    const file = join(folder, 'failed.snapshot');
    const config = await installation.writeConfig({ directory: { users: { baseDn: 'ou=gone,dc=test' } } });
    const saved = await installation.call('snapshot', 'save', file, '--config', config);
    expect(saved).toMatchObject({ code: 5, stderr: expect.stringContaining('the read failed:') });
    const { code, stdout } = await planFrom(file, config);
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject([{ directory: 'corp', error: 'base_missing' }]);
  });
});

describe('rollcall plan --snapshot', () => {
  it.each([
    ['missing.snapshot', 'does not exist'],
    ['rollcall-0.yaml', 'is not a complete snapshot'],
  ])('refuses %s', async (name, message) => {
    const { code, stderr } = await installation.call('plan', '--snapshot', join(folder, name));
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('refuses to plan a part of it', async () => {
    const { code, stderr } = await installation.call('plan', '--snapshot', 'x', '--user', 'alice');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no --group and no --user'),
    });
  });
});

describe('rollcall snapshot diff', () => {
  it('shows people, groups and members that came and went, and exits with 1; the same snapshot exits with 0', async () => {
    const [before, after] = [join(folder, 'before.snapshot'), join(folder, 'after.snapshot')];
    await installation.call('snapshot', 'save', before);
    await asAdmin(installation.slapd, async client => {
      const modification = new Attribute({ type: 'member', values: [personDn('bob')] });
      await client.modify(groupDn('devs'), new Change({ operation: 'delete', modification }));
      await client.modifyDN(groupDn('ops'), 'cn=operations');
    });
    await installation.call('snapshot', 'save', after);
    const { code, stdout } = await installation.call('snapshot', 'diff', before, after);
    expect(stdout.trim().split('\n')).toEqual([
      `~ group operations: cn "ops" is now "operations"`,
      `~ group operations: dn "${groupDn('ops')}" is now "${groupDn('operations')}"`,
      `~ group operations: name "ops" is now "operations"`,
      '- member bob of devs',
    ]);
    expect(code).toBe(1);
    expect(await installation.call('snapshot', 'diff', after, after, '--json')).toMatchObject({ code: 0 });
  });
});

describe('rollcall snapshot serve', () => {
  it('serves the entries to the account that it prints, until it is stopped', async () => {
    const file = join(folder, 'served.snapshot');
    await installation.call('snapshot', 'save', file);
    await using served = await serveSnapshot(file, 0);
    await using client = new Client({ url: served.url });
    await expect(client.bind(served.bindDn, 'wrong')).rejects.toThrow();
    await expect(client.search('ou=people,dc=test')).rejects.toThrow('Bind first');
    await client.bind(served.bindDn, served.bindPassword);
    const found = async (filter: string) =>
      (await client.search('dc=test', { filter })).searchEntries.map(({ dn }) => dn);
    expect(await found('(uid=alice)')).toEqual([personDn('alice')]);
    expect(await found(`(member=${personDn('carol')})`)).toContain(groupDn('all'));
    await expect(found('(telephoneNumber=1)')).rejects.toThrow('does not show');
    await expect(client.del(personDn('alice'))).rejects.toThrow('searches only');
  });
});
