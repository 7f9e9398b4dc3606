/** An installation: OpenLDAP with a few groups, a migrated database, Redis, and the configuration file for them. */
import { basename } from 'node:path';
import { sql } from 'kysely';
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { runCli } from '../../../src/cli/program.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { temporaryFolder } from '../config.ts';
import { freshDatabase } from '../servers/database.ts';
import { redisSettings } from '../servers/redis.ts';
import { type Ended, rollcall } from '../servers/rollcall.ts';
import { startSlapd } from '../servers/slapd.ts';
import { groupEntry, personEntry } from './company.ts';
import { rowsOf } from './saved-plan.ts';

export const TOKEN = 'the-token-of-the-tests';
const PEOPLE = ['alice', 'bob', 'carol', 'dan', 'eve', 'frank'];
const GROUPS = { devs: ['alice', 'bob'], ops: ['carol'], all: PEOPLE };

export interface Installation extends AsyncDisposable {
  readonly slapd: Slapd;
  readonly db: Database;
  readonly databaseUrl: string;
  /** The path of the configuration file. */
  readonly config: string;
  /** Runs `rollcall ARGS` in a child process. */
  run(...args: string[]): Promise<Ended>;
  /** Runs the same commands in this process, which is faster. */
  call(...args: string[]): Promise<Ended>;
  /** Writes another configuration file with some keys changed. */
  writeConfig(more: Config): Promise<string>;
  /** Writes the configuration file again, with some keys changed. */
  rewriteConfig(more: Config): Promise<string>;
}

export interface Config {
  readonly directory?: object;
  readonly [key: string]: unknown;
}

/** Opens an installation that has not synced anything yet. */
export async function openInstallation(openDatabase = freshDatabase): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const slapd = stack.use(await startSlapd({ ldif: ldifOf(entries()), baseDn: 'dc=test' }));
  const { db, settings } = stack.use(await openDatabase());
  await seed(db);
  const folder = stack.use(await temporaryFolder());
  const redis = redisSettings();
  let files = 0;
  const write = (file: string, { directory = {}, ...more }: Config) => {
    const config = { ...configOf(slapd, directory), database: { url: settings.url }, redis, ...more };
    // JSON is valid YAML.
    return folder.write(file, JSON.stringify(config, undefined, 2));
  };
  const writeConfig = (more: Config) => write(`rollcall-${files++}.yaml`, more);
  const config = await writeConfig({});
  const kept = stack.move();
  return {
    slapd,
    db,
    databaseUrl: settings.url,
    config,
    writeConfig,
    rewriteConfig: more => write(basename(config), more),
    run: (...args) => rollcall(config, ...args),
    call: (...args) => callCommand({ ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' }, ...args),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Runs a command in this process; its log goes to the log of the tests. */
export async function callCommand(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof said) => ({
    write: (text: string | Uint8Array) => {
      said[stream] += String(text);
      return true;
    },
  });
  const code = await runCli(args, { env, stdout: into('stdout'), stderr: into('stderr') });
  return { code, ...said };
}

/** The configuration of an installation, except its database and queue. */
export function configOf(slapd: Slapd, directory: object) {
  return {
    http: { host: '127.0.0.1', port: 0, tokens: [{ name: 'ops', role: 'admin', secret: TOKEN }] },
    directories: [
      {
        name: 'corp',
        urls: [slapd.url],
        allowPlaintext: true,
        bindDn: slapd.bindDn,
        bindPassword: slapd.bindPassword,
        schedule: '0 3 1 1 *',
        users: { baseDn: 'ou=people,dc=test' },
        groups: { baseDn: 'ou=groups,dc=test' },
        mappings: [{ team: 'platform', name: '{cn}', projects: ['api'] }],
        ...directory,
      },
    ],
  };
}

export function entries(): LdifEntry[] {
  const unit = (ou: string) => ({
    dn: `ou=${ou},dc=test`,
    attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
  });
  return [
    { dn: 'dc=test', attributes: { objectClass: ['organization', 'dcObject'], dc: ['test'], o: ['test'] } },
    unit('people'),
    unit('groups'),
    ...PEOPLE.map(uid => personEntry(uid)),
    ...Object.entries(GROUPS).map(([cn, uids]) => groupEntry(cn, uids)),
  ];
}

/** The entries as LDIF; ASCII only. */
export function ldifOf(entries: readonly LdifEntry[]): string {
  return entries
    .map(({ dn, attributes }) =>
      [
        `dn: ${dn}`,
        ...Object.entries(attributes).flatMap(([name, values]) =>
          values.map(value => `${name}: ${value.toString()}`),
        ),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

async function seed(db: Database): Promise<void> {
  await rowsOf(db, sql`insert into auth_user (username) select unnest(${PEOPLE}::text[])`);
  await rowsOf(
    db,
    sql`
      with made as (insert into team (slug, name) values ('platform', 'Platform') returning id)
      insert into project (team_id, slug, name) select id, 'api', 'API' from made`,
  );
}
