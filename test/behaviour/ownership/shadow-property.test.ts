/** Random histories with a mapping in shadow: its groups never change, the others change as without it, and the drift is what happens next. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listShadowMembers } from '../../../src/store/shadow/list.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { mapping } from '../../support/given/values.ts';

const RUNS = Number(process.env['ROLLCALL_SHADOW_RUNS'] ?? 1);
const SEED = Number(process.env['ROLLCALL_SHADOW_SEED'] ?? 1);
const PEOPLE = ['p0', 'p1', 'p2', 'p3', 'p4'];
const GROUPS = { g0: ['p0', 'p1'], g1: ['p1', 'p2', 'p3'], g2: PEOPLE };
const OFF = { percent: 100, count: 1000 };
const guard = { memberRemovals: OFF, groupMemberRemovals: OFF, groupRemovals: OFF };

/** Groups stay so large that the guard holds nothing: what it holds is tested with shadow.test.ts. */
const step = fc.record({
  cn: fc.constantFrom(...Object.keys(GROUPS)),
  members: fc.subarray(PEOPLE, { minLength: 2 }),
  run: fc.boolean(),
});

const rules = (shadowed: string | undefined) =>
  Object.keys(GROUPS).map(cn =>
    mapping({ groups: { filter: `(cn=${cn})` }, name: `in-${cn}`, ...(cn === shadowed && { shadow: true }) }),
  );

async function follow(company: Company, history: readonly { cn: string; members: string[]; run: boolean }[]) {
  for (const { cn, members, run } of history) {
    company.ldap.modify(groupDn(cn), { replace: { member: members.map(uid => personDn(uid)) } });
    if (run) await company.sync();
  }
  await company.sync();
}

/** The members after the drift that is shown. */
async function withDrift(company: Company): Promise<Record<string, string[]>> {
  const members = new Map(Object.entries(await company.members()).map(([name, of]) => [name, new Set(of)]));
  const { items } = await listShadowMembers(company.db, company.settings.name, { limit: 100 });
  for (const { team, group, username, action } of items) {
    const of = members.get(`${team}/${group}`) ?? new Set();
    members.set(`${team}/${group}`, of);
    if (action === 'add') of.add(username);
    else of.delete(username);
  }
  return Object.fromEntries([...members].map(([name, of]) => [name, [...of].sort()]));
}

describe('a mapping in shadow, in any history', () => {
  it(
    'keeps its groups, leaves the others as they are without it, and shows what happens without it (G95, G96)',
    async () => {
      const property = fc.asyncProperty(
        fc.constantFrom(...Object.keys(GROUPS)),
        fc.boolean(),
        fc.array(step, { minLength: 1, maxLength: 4 }),
        async (shadowed, wasLive, history) => {
          const options = { people: PEOPLE, groups: GROUPS, settings: { guard } };
          await using plain = await openCompany(options);
          await using shadow = await openCompany(options);
          for (const company of [plain, shadow]) {
            company.settings = { ...company.settings, mappings: rules(wasLive ? undefined : shadowed) };
            await company.sync();
          }
          const { [`platform/in-${shadowed}`]: before } = await shadow.members();
          plain.settings = { ...plain.settings, mappings: rules(undefined) };
          shadow.settings = { ...shadow.settings, mappings: rules(shadowed) };
          await follow(plain, history);
          await follow(shadow, history);
          const without = await plain.members();
          const { [`platform/in-${shadowed}`]: kept, ...others } = await shadow.members();
          expect(kept).toEqual(before);
          const { [`platform/in-${shadowed}`]: live, ...same } = without;
          expect(others).toEqual(same);
          const shown = await withDrift(shadow);
          shadow.settings = { ...shadow.settings, mappings: rules(undefined) };
          await shadow.sync();
          // A created group without members has no member to show.
          const created = { [`platform/in-${shadowed}`]: [], ...shown };
          expect(await shadow.members()).toEqual(created);
          expect(shown[`platform/in-${shadowed}`] ?? []).toEqual(live);
        },
      );
      await fc.assert(property, { numRuns: RUNS, seed: SEED });
    },
    60_000 + RUNS * 10_000,
  );
});
