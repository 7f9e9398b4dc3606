/**
 * Limits of memberURLs: what they may search and how much they may cost. Their authors are not the operators of the
 * sync.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silenceAfterEntries, trickle, waitBefore } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import {
  requireLeft,
  spendTime,
  spendUrl,
  startUrlBudget,
} from '../../../src/directory/session/url-budget.ts';
import { refusalOf } from '../../../src/directory/syntax/dynamic-rules.ts';
import { parseLdapUrl } from '../../../src/directory/syntax/ldap-url.ts';
import { group, members, PEOPLE, serve, user } from '../../support/given/directory.ts';
import { failureOf } from '../../support/given/small-directory.ts';
import { directory } from '../../support/given/values.ts';

const ALICE = user(1, 'alice', { l: ['Paris'], employeeNumber: ['100000'] });
const CAROL = user(3, 'carol', { l: ['Berlin'] });
const FINE = group(19, 'fine', [CAROL.dn]);
const PARIS = `ldap:///${PEOPLE}??sub?(l=Paris)`;
const RULES = { bases: [PEOPLE], attributes: ['l', 'ou'] };
const FOLLOWED = { groups: { ...directory().groups, dynamic: RULES } };

function dynamic(n: number, cn: string, ...memberURL: string[]) {
  return group(n, cn, [], { objectClass: ['groupOfURLs', 'groupOfNames'], memberURL });
}

describe('a memberURL', () => {
  it('is not followed unless the configuration allows it; its group is unknown, with a remedy (G61)', async () => {
    const listed = group(12, 'listed', [CAROL.dn], { memberURL: [PARIS] });
    await using fake = await serve([ALICE, CAROL, dynamic(11, 'open', PARIS), listed, FINE]);
    const snapshot = await readDirectory(fake.settings);
    for (const name of ['open', 'listed'])
      expect(members(snapshot, name)).toMatch(
        /set its bases and attributes, or exclude the group with groups.filter/,
      );
    expect(members(snapshot, 'fine')).toEqual(['carol']);
    expect(fake.server.requests.filter(({ filter }) => filter?.includes('Paris'))).toEqual([]);
  });

  it.each([
    [
      'over another attribute',
      `ldap:///${PEOPLE}??sub?(employeeNumber>=100000)`,
      /filter uses "employeeNumber", which/,
    ],
    [
      'over another one within',
      `ldap:///${PEOPLE}??sub?(%26(l=Paris)(!(|(ou=a)(title=x))))`,
      /filter uses "title"/,
    ],
    ['over any attribute', `ldap:///${PEOPLE}??sub?(:caseIgnoreMatch:=x)`, /applies to every attribute/],
    ['below another base', 'ldap:///dc=test??sub?(l=Paris)', /base "dc=test" is not below any/],
    ['below a base that only ends alike', `ldap:///ou=people,dc=tes??sub?(l=Paris)`, /is not below any/],
  ])('%s is never searched, and makes its group unknown (G61)', async (_, url, reason) => {
    await using fake = await serve([ALICE, CAROL, dynamic(11, 'spy', PARIS, url), FINE], FOLLOWED);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'spy')).toMatch(reason);
    expect(members(snapshot, 'fine')).toEqual(['carol']);
    expect(
      fake.server.requests.filter(({ filter }) => /employee|title|caseIgnore/.test(filter ?? '')),
    ).toEqual([]);
  });

  it('is rejected exactly if its filter uses an attribute that is not allowed, at any depth (G61)', () => {
    const name = fc.constantFrom(
      'l',
      'OU',
      'l;lang-fr',
      'objectClass',
      'salary',
      'salary;x',
      '2.5.4.7',
      'lx',
    );
    const item = fc
      .tuple(name, fc.constantFrom('=x', '=*', '=a*b', '>=1', '<=1', '~=x', ':caseExactMatch:=x', ':dn:=x'))
      .map(([attribute, rest]) => ({ text: `(${attribute}${rest})`, names: [attribute] }));
    const { filter } = fc.letrec<{ filter: { text: string; names: string[] } }>(tie => ({
      filter: fc.oneof(
        { maxDepth: 4 },
        item,
        tie('filter').map(({ text, names }) => ({ text: `(!${text})`, names })),
        fc
          .tuple(fc.constantFrom('&', '|'), fc.array(tie('filter'), { maxLength: 3 }))
          .map(([operator, parts]) => ({
            text: `(${operator}${parts.map(({ text }) => text).join('')})`,
            names: parts.flatMap(({ names }) => names),
          })),
      ),
    }));
    const allowed = ['l', 'ou', 'objectclass'];
    fc.assert(
      fc.property(filter, ({ text, names }) => {
        const url = parseLdapUrl(`ldap:///${PEOPLE}??sub?${encodeURIComponent(text)}`);
        const isAllowed = names.every(each => allowed.includes((each.split(';')[0] ?? '').toLowerCase()));
        expect(refusalOf(url, RULES) === undefined, text).toBe(isAllowed);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a memberURL that takes too long', () => {
  const patience = { operationTimeoutMs: 2_000 };

  it.each([
    ['never ends', silenceAfterEntries(1)],
    ['ends after the timeout', waitBefore(1_200)],
    ['trickles', trickle(700)],
  ])('makes only its group unknown if it %s (G60)', async (_, fault) => {
    const slow = dynamic(11, 'slow', `ldap:///${PEOPLE}??sub?(l=*)`);
    await using fake = await serve([ALICE, CAROL, slow, dynamic(12, 'quick', PARIS), FINE], {
      ...FOLLOWED,
      ...patience,
    });
    fake.server.inject(onSearch({ filter: /l=\*/ }, fault));
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'slow')).toMatch(/within 1 s \(the limit for a memberURL/);
    expect(members(snapshot, 'quick')).toEqual(['alice']);
    expect(members(snapshot, 'fine')).toEqual(['carol']);
  });

  it('ends the read if the server does not answer other requests either (G60)', async () => {
    await using fake = await serve([ALICE, CAROL, dynamic(11, 'slow', PARIS), FINE], {
      ...FOLLOWED,
      ...patience,
    });
    fake.server.inject(onSearch({ filter: /l=Paris/ }, silenceAfterEntries(0)));
    fake.server.inject(onSearch({ dn: '', attribute: /1\.1/ }, silenceAfterEntries(0)));
    expect(await failureOf(fake.settings)).toMatchObject({ code: 'time_limit' });
  });

  it('is not followed if its group has a thousand of them (G60)', async () => {
    const urls = Array.from({ length: 1_000 }, (_, index) => `ldap:///${PEOPLE}??sub?(l=town${index})`);
    await using fake = await serve([ALICE, CAROL, dynamic(11, 'many', ...urls), FINE], FOLLOWED);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'many')).toMatch(/it has 1000 memberURLs, and at most 20 are followed/);
    expect(members(snapshot, 'fine')).toEqual(['carol']);
    expect(fake.server.requests.filter(({ filter }) => filter?.includes('town'))).toEqual([]);
  });

  it('shares one budget with all others: a quarter of the read time, and a number of URLs (G60)', () => {
    let now = 0;
    const settings = directory({ operationTimeoutMs: 60_000, runTimeoutMs: 100_000 });
    const budget = startUrlBudget(settings, () => now);
    expect(spendUrl(budget).ms).toBe(10_000);
    now += 10_000;
    spendTime(budget);
    now += 50_000;
    expect(spendUrl(budget).ms).toBe(10_000);
    now += 10_000;
    spendTime(budget);
    expect(spendUrl(budget).ms).toBe(5_000);
    now += 5_000;
    spendTime(budget);
    expect(() => requireLeft(budget)).toThrow(/a quarter of runTimeout/);
    const many = startUrlBudget(settings, () => now);
    for (let count = 0; count < 10_000; count += 1) spendUrl(many);
    expect(() => spendUrl(many)).toThrow(/more than 10000 memberURLs/);
  });
});
