/** Unknown keys are refused in every block, with the key that was probably meant. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { suggest } from '../../src/config/report/suggest.ts';
import { configSchema } from '../../src/config/schema/schema.ts';
import { checks, configText, problemsOf } from '../support/config.ts';

const FULL: unknown = parse(
  configText(
    ['http:', 'redis: { url: "redis://q" }\nlog: { level: info }\nworker: { concurrency: 1 }\nhttp:'],
    [
      '    users:',
      '    tls: { serverName: x }\n    guard: { memberRemovals: { percent: 1 }, groupMemberRemovals: { percent: 1 }, groupRemovals: { percent: 1 } }\n    users:',
    ],
    ['- { team', '- { groups: { filter: "(cn=*)" }, team'],
  ),
);

/** Every block of the configuration. */
function blocks(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(blocks);
  return Array.isArray(value) ? inner : [Object.assign(value), ...inner];
}

it('an unknown key is refused in any block', () => {
  const count = blocks(FULL).length;
  expect(count).toBe(17);
  const schema = configSchema(checks);
  const known = allKeys(schema);
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'toString'));
  fc.assert(
    fc.property(fc.nat(count - 1), key, fc.jsonValue(), (position, key, value) => {
      const content = structuredClone(FULL);
      const block = blocks(content)[position] ?? {};
      fc.pre(!known.has(key));
      Object.defineProperty(block, key, { value, enumerable: true, configurable: true, writable: true });
      const parsed = schema.safeParse(content);
      expect(parsed.error?.issues.map(issue => issue.code)).toEqual(['unrecognized_keys']);
    }),
  );
});

it('a key of another block is not a key here', async () => {
  expect(await problemsOf(configText(['http:', 'http:\n  poolSize: 4']))).toEqual([
    'rollcall.yaml:4 http.poolSize: is not a known key; allowed here: host, port, tokens, trustedProxy, oidc, requestsPerMinute, publicUrl',
  ]);
});

it('refuses __proto__, too', async () => {
  expect(await problemsOf(configText(['http:', 'http:\n  __proto__: { port: 1 }']))).toEqual([
    'rollcall.yaml:4 http.__proto__: is not a known key; allowed here: host, port, tokens, trustedProxy, oidc, requestsPerMinute, publicUrl',
  ]);
});

it('a file of one unknown key is refused', async () => {
  expect(await problemsOf(stringify({ hello: 1 }))).toContainEqual(
    expect.stringMatching(/^rollcall\.yaml:1 hello: /),
  );
});

it.each([
  ['base_dn', 'baseDn'],
  ['BINDDN', 'bindDn'],
  ['baesDn', 'baseDn'],
  ['fliter', 'filter'],
])('for %s, %s is suggested', (slip, meant) => {
  expect(suggest(slip, ['baseDn', 'bindDn', 'filter', 'match'])).toBe(meant);
});

it('nothing is suggested for a word that resembles no key', () => {
  expect(suggest('colour', ['baseDn', 'bindDn', 'filter'])).toBeUndefined();
});

function allKeys(schema: ReturnType<typeof configSchema>): Set<string> {
  const text = JSON.stringify(schema.toJSONSchema({ io: 'input' }));
  return new Set([...text.matchAll(/"([^"]+)":/g)].map(([, key = '']) => key));
}
