/** The example configurations are valid and contain no secrets. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { loadText } from '../support/config.ts';
import { serve } from '../support/given/directory.ts';
import { directory } from '../support/given/values.ts';

const FOLDER = new URL('../../config/', import.meta.url);
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\n';
const ENV = {
  ROLLCALL_DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/rollcall',
  ROLLCALL_DIRECTORY_URL: 'ldap://127.0.0.1:3890',
  ROLLCALL_DIRECTORY_PASSWORD: 'bind',
  ROLLCALL_ADMIN_TOKEN: 'admin',
  ROLLCALL_AD_PASSWORD: 'bind',
  ROLLCALL_WEBHOOK_SECRET: 'webhook',
  DATABASE_ROLE: 'rollcall',
  DATABASE_PASSWORD: 'database',
  LDAP_PASSWORD: 'bind',
};

/** The example with its files in one folder instead of the paths of a real machine. */
async function load(name: string) {
  return await use(await readFile(new URL(name, FOLDER), 'utf8'));
}

async function use(text: string) {
  const paths = [...text.matchAll(/File: (\/[^\s},]+)/g)].map(([, path = '']) => path);
  const files = Object.fromEntries(
    paths.map((path, index) => [`file${index}`, /\.(pem|crt)$/.test(path) ? CERTIFICATE : `secret ${index}`]),
  );
  const local = paths.reduce((result, path, index) => result.replace(path, `file${index}`), text);
  return await loadText(local, { files, env: ENV });
}

const VENDORS = {
  'embedded.yaml': ['rfc4519', 'entryUUID', 'uid'],
  'openldap.yaml': ['openldap', 'entryUUID', 'uid'],
  'active-directory.yaml': ['activedirectory', 'objectGUID', 'sAMAccountName'],
  '389ds.yaml': ['389ds', 'nsUniqueId', 'uid'],
  'freeipa.yaml': ['freeipa', 'ipaUniqueID', 'uid'],
} as const;

describe('the examples in config/', () => {
  it('are all tested here', async () => {
    const names = (await readdir(FOLDER)).filter(name => name.endsWith('.yaml') && name !== 'rollcall.yaml');
    expect(names.sort()).toEqual(Object.keys(VENDORS).sort());
  });

  for (const [name, [vendor, idAttribute, username]] of Object.entries(VENDORS)) {
    it(`${name} can be used`, async () => {
      const [directory, ...others] = (await load(name)).settings.directories;
      expect(directory).toMatchObject({ vendor, idAttribute, users: { username } });
      expect(others).toEqual([]);
    });

    it(`${name} holds no secret itself`, async () => {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      expect(text).not.toMatch(/^[^#]*\b(password|bindPassword|secret):\s*(?!"\$\{)\S/m);
    });
  }

  for (const name of [...Object.keys(VENDORS).slice(1), '../deploy/compose/rollcall.yaml']) {
    it(`${name} shows how to configure webhooks, in comments that are valid as they are`, async () => {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      const { settings } = await use(
        text
          .replace(/^# (?=notify:|retention:| )/gm, '')
          .replace(/^( +)# (?=publicUrl|requestsPerMinute|firstRun)/gm, '$1'),
      );
      expect(settings.notify.webhooks).toMatchObject([
        { name: 'pager', url: 'https://hooks.example.com/rollcall' },
      ]);
      expect(settings.http.publicUrl).toBe('https://rollcall.example.com');
    });
  }

  it('active-directory.yaml reads no accounts of trusts, which are objects of class user too (G57)', async () => {
    const [corp] = (await load('active-directory.yaml')).settings.directories;
    const classes = { objectClass: ['user'], objectCategory: ['person'], sAMAccountName: ['x'] };
    const trust = { dn: 'cn=OTHER$,dc=test', attributes: { ...classes, sAMAccountType: ['805306370'] } };
    const person = { dn: 'cn=ann,dc=test', attributes: { ...classes, sAMAccountType: ['805306368'] } };
    await using fake = await serve([trust, person], {
      vendor: 'activedirectory',
      idAttribute: 'entryUUID',
      users: { ...directory().users, baseDn: 'dc=test', filter: corp?.users.filter ?? '' },
    });
    const { users } = await readDirectory(fake.settings);
    expect(users.map(({ dn }) => dn)).toEqual([person.dn]);
  });

  it('embedded.yaml needs only what the package contains', async () => {
    const { settings } = await load('embedded.yaml');
    expect(settings.redis).toBeUndefined();
    expect(settings.directories[0]?.tls).toEqual({});
    expect(settings.http.tokens).toEqual([{ name: 'admin', role: 'admin', secret: 'admin' }]);
  });
});
