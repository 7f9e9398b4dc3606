/** What changed since the last complete read makes the guard stricter. */
import { describe, expect, it } from 'vitest';
import { dnEndOf } from '../../../src/directory/entry/unique-member.ts';
import { nextValue, openValues } from '../../../src/directory/entry/values.ts';
import { normaliseName } from '../../../src/mapping/group-name.ts';
import type { ReadWith } from '../../../src/model/current.ts';
import { judge } from '../../../src/plan/guard/guard.ts';
import { NORMALISATION } from '../../../src/plan/guard/normalisation.ts';
import { changesSince } from '../../../src/plan/guard/read-conditions.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { dnKey } from '../../../src/text/dn-key.ts';
import { current } from '../../support/given/current.ts';
import { entry } from '../../support/given/directory-entries.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  managedGroup,
  person,
  snapshot,
} from '../../support/given/values.ts';

const LAST: ReadWith = {
  configDigest: 'urls:1 users:2 groups:3 mappings:4',
  server: 'ldaps://one',
  normalisation: NORMALISATION,
  idAttribute: 'entryUUID',
};
const MEMBERS = Array.from({ length: 20 }, (_, at) => at + 1);

/** A group of twenty loses some members; the guard knows the conditions of the last read. */
function judgeLosing(lost: number, now: Partial<ReadWith>) {
  const settings = directory();
  const circumstances = { changed: changesSince(LAST, { ...LAST, ...now }) };
  const state = current({
    managed: [managedGroup(1, 'devs', MEMBERS)],
    groups: [known(100, 'devs', 1)],
    links: MEMBERS.map(n => link(n)),
  });
  const shown = [directoryGroup(100, 'devs', complete(...MEMBERS.slice(lost).map(n => n - 1)))];
  const people = MEMBERS.map(n => person(n));
  const plan = planSync(snapshot(people, shown), state, settings, circumstances);
  return judge(plan, settings, circumstances);
}

describe('what changed since the last complete read', () => {
  it('is empty before the first read, and if everything is the same', () => {
    const nothing = { strictness: 'both', reasons: [] };
    expect(changesSince(undefined, LAST)).toEqual(nothing);
    expect(changesSince(LAST, { ...LAST })).toEqual(nothing);
  });

  it('names the parts of the configuration, the server and the normalisation, each in a sentence (F15)', () => {
    const now = { configDigest: 'urls:1 users:9 groups:9 mappings:4', server: 'ldaps://two' };
    const either = 'changed since the last complete read, so each limit trips when either number is exceeded';
    expect(changesSince(LAST, { ...LAST, ...now })).toEqual({
      strictness: 'either',
      reasons: [
        `the configuration (users, groups) ${either}`,
        `the server that answered (ldaps://two, not ldaps://one) ${either}`,
      ],
    });
    const renormalised = changesSince(LAST, { ...LAST, normalisation: 'another' });
    expect(renormalised).toMatchObject({
      strictness: 'any',
      reasons: [
        expect.stringContaining('normalisation of names and DNs changed since the last complete read'),
      ],
    });
  });

  it.each([{ configDigest: 'urls:1 users:2 groups:3 mappings:5' }, { server: 'ldaps://two' }])(
    "with %j, one of a limit's two numbers is enough (F15)",
    now => {
      expect(judgeLosing(3, {})).toEqual({ holds: [], reasons: [] });
      const { holds, reasons } = judgeLosing(3, now);
      expect(holds).toMatchObject([{ change: 0, reason: 'member_removals' }]);
      expect(reasons[0]).toContain('3 of 20 managed memberships would be removed (15 %)');
      expect(reasons[0]).toContain('(10 % or 25)');
      expect(reasons[1]).toContain('changed since the last complete read');
    },
  );

  it('lists no condition if no limit is exceeded: small removals are applied', () => {
    expect(judgeLosing(2, { server: 'ldaps://two' })).toEqual({ holds: [], reasons: [] });
  });

  it('another normalisation holds every removal, however few, and is given as the reason (F95)', () => {
    const { holds, reasons } = judgeLosing(1, { normalisation: undefined });
    expect(holds).toHaveLength(1);
    expect(reasons.at(-1)).toContain('normalisation of names and DNs changed');
    expect(judgeLosing(0, { normalisation: undefined })).toEqual({ holds: [], reasons: [] });
  });

  it('NORMALISATION is raised with every change of how names and DNs compare (F95)', () => {
    const names = ['  Dev \u00a0Ops ', 'Cafe\u0301', 'STRASSE', 'a\u0000b'].map(normaliseName);
    const dns = ['CN=Alice , OU=People,dc=Test', 'cn=Smith\\2C John,dc=test', '2.5.4.3=Ada,dc=test'].map(
      dnKey,
    );
    const uids = ['member', 'uniqueMember'].map(name => {
      const values = openValues(entry('cn=a', { [name]: ["cn=b#'01'B"] }), name);
      return nextValue(values) && values.bytes.toString('utf8', values.valueStart, dnEndOf(values));
    });
    expect([NORMALISATION, names, dns, uids]).toMatchInlineSnapshot(`
      [
        "3",
        [
          "Dev Ops",
          "Café",
          "STRASSE",
          undefined,
        ],
        [
          "cn=alice,ou=people,dc=test",
          "cn=smith\\2c john,dc=test",
          "cn=ada,dc=test",
        ],
        [
          "cn=b#'01'B",
          "cn=b",
        ],
      ]
    `);
  });
});

describe('groups that go missing while something changed', () => {
  const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  /** Of eight groups two are not found, and a new one is. */
  function planMissing(now: Partial<ReadWith>) {
    const settings = directory();
    const circumstances = { changed: changesSince(LAST, { ...LAST, ...now }) };
    const state = current({
      managed: NAMES.map((name, n) => managedGroup(n + 1, name, [1])),
      groups: NAMES.map((name, n) => known(100 + n, name, n + 1)),
      links: [link(1)],
    });
    const shown = [...NAMES.slice(2), 'new'].map((name, n) => directoryGroup(102 + n, name, complete(0)));
    const plan = planSync(snapshot([person(1)], shown), state, settings, circumstances);
    return { plan, verdict: judge(plan, settings, circumstances) };
  }

  it('few count as missed when nothing changed', () => {
    const { plan, verdict } = planMissing({});
    expect(plan.states.filter(state => state.state === 'missing')).toHaveLength(2);
    expect(verdict.reasons).toEqual([]);
  });

  it('missing groups are held if a condition changed, and new groups are applied (F15)', () => {
    const { plan, verdict } = planMissing({ server: 'ldaps://two' });
    expect(plan.states.filter(state => state.state === 'missing')).toEqual([]);
    expect(plan).toMatchObject({ massDisappearance: { count: 2, of: 8 }, counts: { create: 1, missing: 2 } });
    expect(plan.readUntrusted).toBeUndefined();
    expect(verdict.holds.map(hold => hold.reason)).toEqual(['groups_vanished', 'groups_vanished']);
    expect(verdict.reasons[0]).toContain('they do not count as missed');
  });
});
