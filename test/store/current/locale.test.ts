/** Local users are found in every locale of the database. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCurrent } from '../../../src/store/current/load-current.ts';
import { closeDatabase, type Database, openDatabase } from '../../../src/store/database/database.ts';
import { migrateUp } from '../../../src/store/database/migrate.ts';
import { rowsOf, uuid } from '../../support/given/saved-plan.ts';
import { emptyDatabase } from '../../support/servers/database.ts';

const LOCAL = ['Ünal', 'IVAN', 'ırmak', ' Ada  Lovelace', 'Straße', 'SVC-Init', 'İlk'];

describe.each([
  { name: 'the locale C', clause: `locale_provider libc locale 'C' encoding 'UTF8'` },
  {
    name: 'the ICU locale tr-TR',
    clause: `locale_provider icu icu_locale 'tr-TR' locale 'C' encoding 'UTF8'`,
  },
])('in a database with $name, loadCurrent', ({ clause }) => {
  let db: Database;

  beforeAll(async () => {
    db = await openDatabase(await emptyDatabase('template0', clause));
    await migrateUp(db);
    await rowsOf(
      db,
      sql`insert into auth_user (username, email) select name, name || '@x.test' from unnest(${LOCAL}::text[]) name`,
    );
  });
  afterAll(() => closeDatabase(db));

  const load = (protect: readonly string[], ...people: object[]) =>
    loadCurrent(db, 'corp', {
      teams: [],
      protect,
      people: people.map((person, n) => ({
        externalId: uuid(n + 1),
        username: undefined,
        email: undefined,
        ...person,
      })),
    });

  it.each([
    ['Ünal', 'Ünal'],
    ['ÜNAL', 'Ünal'],
    ['U\u0308nal', 'Ünal'],
    ['IVAN', 'IVAN'],
    ['ivan', 'IVAN'],
    ['ｉｖａｎ', 'IVAN'],
    ['ada lovelace', ' Ada  Lovelace'],
    ['STRASSE', 'Straße'],
    ['ırmak', 'ırmak'],
    ['ılk', undefined],
    ['irmak', undefined],
  ])(
    'finds for the person %s the local user %s, by username and by address (G40)',
    async (username, local) => {
      const byName = await load([], { username });
      expect(byName.users.map(user => user.username)).toEqual(local === undefined ? [] : [local]);
      const byEmail = await load([], { email: `${username}@x.test` });
      expect(byEmail.users.map(user => user.username)).toEqual(local === undefined ? [] : [local]);
    },
  );

  it.each([
    ['svc-init', [6]],
    ['SVC-I*', [6]],
    ['ün?l', [1]],
    ['IV*', [2]],
    ['*', [1, 2, 3, 4, 5, 6, 7]],
  ])('protects by %s (G40)', async (glob, wanted) => {
    expect([...(await load([glob])).protectedIds]).toEqual(wanted);
  });
});
