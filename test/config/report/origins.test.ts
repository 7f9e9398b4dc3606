// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the syntax of variables in the file
import { expect, it } from 'vitest';
import { formatOrigins } from '../../../src/config/report/origins.ts';
import { configText, loadText } from '../../support/config.ts';

const loaded = () =>
  loadText(
    configText(
      ['http:', 'http:\n  port: "${PORT}"'],
      ['hunter2', '"${LDAP_PASSWORD}"'],
      ['http:', 'redis: { url: "redis://:hunter3@queue:6379" }\nhttp:'],
    ),
    { env: { PORT: '9000', LDAP_PASSWORD: 'hunter4', DATABASE_URL: 'postgres://me:hunter5@db/rollcall' } },
  );

it('every value has its source', async () => {
  const { origins, file } = await loaded();
  const entry = (path: string) => origins.find(origin => origin.path === path);
  expect(entry('database.url')).toEqual({
    path: 'database.url',
    value: 'postgres://me:***@db/rollcall',
    origin: 'environment DATABASE_URL',
  });
  expect(entry('http.port')).toEqual({
    path: 'http.port',
    value: 9000,
    origin: `${file}:5, environment PORT`,
  });
  expect(entry('directories[0].name')).toEqual({
    path: 'directories[0].name',
    value: 'corp',
    origin: `${file}:9`,
  });
  expect(entry('directories[0].pageSize')).toEqual({
    path: 'directories[0].pageSize',
    value: 1000,
    origin: 'default',
  });
  expect(entry('directories[0].users.match')?.value).toEqual(['username']);
});

it('no secret is shown, from any source', async () => {
  const { origins } = await loaded();
  const text = formatOrigins(origins);
  expect(text).not.toMatch(/hunter|t0ken/);
  expect(text).toMatch(/^directories\[0\]\.bindPassword +"\*\*\*" +\/.*:12, environment LDAP_PASSWORD$/m);
  expect(text).toMatch(/^http\.tokens\[0\]\.secret +"\*\*\*" +\/.*:7$/m);
  expect(text).toMatch(/^redis\.url +"redis:\/\/:\*\*\*@queue:6379"/m);
});
