/** A comparison of two configurations says what runs with each of them then do, on random configurations and histories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LdapFailure } from '../../../src/directory/protocol/protocol.ts';
import { readBoth, readDirectory } from '../../../src/directory/read/read-directory.ts';
import { planAgainst } from '../../../src/jobs/planning/plan-against.ts';
import type { Comparison, GroupResult } from '../../../src/model/operations/comparison.ts';
import type { Run } from '../../../src/model/run.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { isHeld } from '../../../src/plan/report/describe-comparison.ts';
import { rulesOf } from '../../../src/store/current/directory-rules.ts';
import { rejectRun } from '../../../src/store/runs/decide.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { directory, mapping } from '../../support/given/values.ts';

const RUNS = Number(process.env['ROLLCALL_AGAINST_RUNS'] ?? 3);
const SEED = Number(process.env['ROLLCALL_AGAINST_SEED'] ?? 1);
const PEOPLE = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'];
const GROUPS = {
  g0: ['p0', 'p1'],
  g1: ['p1', 'p2', 'p3'],
  g2: ['p3', 'p4', 'p5', 'p6', 'p7'],
  g3: [],
  g4: PEOPLE,
};
const ADA = { by: 'cli:ada', reason: 'checked' };

type Step =
  | { readonly do: 'sync' | 'approve' | 'reject' }
  | { readonly do: 'approveOne'; readonly at: number }
  | { readonly do: 'dropPerson'; readonly uid: string }
  | { readonly do: 'dropGroup' | 'empty'; readonly cn: string }
  | { readonly do: 'take'; readonly uid: string; readonly cn: string };

const uid = fc.constantFrom(...PEOPLE);
const cn = fc.constantFrom(...Object.keys(GROUPS));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('sync', 'approve', 'reject') }),
  fc.record({ do: fc.constant('approveOne'), at: fc.nat(4) }),
  fc.record({ do: fc.constant('dropPerson'), uid }),
  fc.record({ do: fc.constantFrom('dropGroup', 'empty'), cn }),
  fc.record({ do: fc.constant('take'), uid, cn }),
);

const base = directory();
const USERS = '(objectClass=inetOrgPerson)';
const OFF = { percent: 100, count: 1000 };
const TIGHT = { percent: 1, count: 1 };
const settings: fc.Arbitrary<Partial<DirectorySettings>> = fc
  .record({
    users: fc.constantFrom(USERS, `(&${USERS}(!(uid=p3)))`, `(&${USERS}(|(uid=p0)(uid=p1)(uid=p4)))`),
    onUnknown: fc.constantFrom('skip', 'create'),
    exclude: fc.constantFrom([], ['g0'], ['g1', 'g2']),
    nested: fc.boolean(),
    limit: fc.constantFrom(OFF, TIGHT, { percent: 30, count: 3 }),
    protect: fc.constantFrom([], ['p4']),
    onMissingGroup: fc.constantFrom('empty', 'keep', 'delete'),
    mappings: fc.constantFrom(
      [mapping()],
      [mapping({ name: 'x-{cn}' })],
      [mapping({ groups: { filter: '(cn=g1)' }, name: 'first', type: 0 }), mapping()],
      [mapping({ groups: { filter: '(|(cn=g0)(cn=g1))' }, name: 'both', merge: true })],
      [mapping({ groups: { filter: '(|(cn=g0)(cn=g4))' }, name: 'both' }), mapping()],
      [mapping({ team: 'web', createTeam: true, enforce: ['type', 'projects'], type: 0, projects: ['api'] })],
    ),
  })
  .map(({ users, onUnknown, exclude, nested, limit, ...rest }) => ({
    ...rest,
    users: { ...base.users, filter: users, onUnknown },
    groups: { ...base.groups, exclude, nested },
    guard: { memberRemovals: limit, groupMemberRemovals: limit, groupRemovals: limit },
  }));

function open(): Promise<Company> {
  return openCompany({ people: PEOPLE, local: PEOPLE.filter(name => name !== 'p6'), groups: GROUPS });
}

/** Changes the directory, or acts as an operator. What is not possible now has no effect. Returns the last run. */
async function take(company: Company, last: Run | undefined, one: Step): Promise<Run | undefined> {
  const held = await waitingAfter(company, last);
  switch (one.do) {
    case 'sync':
      return company.sync();
    case 'approve':
      return held ? company.approve(held, ADA) : last;
    case 'approveOne': {
      const rows = held ? await runGroups(company.db, held.id) : [];
      const ids = rows.filter(row => row.outcome === 'held').flatMap(row => row.accessGroupId ?? []);
      const id = ids[one.at % ids.length];
      return held && id !== undefined ? company.approve(held, { ...ADA, groups: [id] }) : last;
    }
    case 'reject':
      if (held) await rejectRun(company.db, held.id, { ...ADA, digest: held.counts.held?.digest });
      return undefined;
    default:
      ifPossible(() => change(company, one));
      return last;
  }
}

/** The held run that waits for a decision: this one, or an older one that holds the same. */
async function waitingAfter(company: Company, run: Run | undefined): Promise<Run | undefined> {
  const found = run?.counts.held?.run === undefined ? run : await company.run(run.counts.held.run);
  return found?.status === 'held' ? found : undefined;
}

function change(
  { ldap }: Company,
  one: Extract<Step, { do: 'dropPerson' | 'dropGroup' | 'empty' | 'take' }>,
) {
  if (one.do === 'dropPerson') ldap.delete(personDn(one.uid));
  else if (one.do === 'dropGroup') ldap.delete(groupDn(one.cn));
  else if (one.do === 'take') ldap.modify(groupDn(one.cn), { delete: { member: [personDn(one.uid)] } });
  else ldap.modify(groupDn(one.cn), { replace: { member: [] } });
}

function ifPossible(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
  }
}

/** Runs until no member waits for a further read. Everything that is held is approved. */
async function settle(company: Company): Promise<Record<string, string[]>> {
  for (let runs = 0; runs < 4; runs++) {
    let run = await company.sync();
    for (let approvals = 0; approvals < 4; approvals++) {
      const held = await waitingAfter(company, run);
      if (held) run = await company.approve(held, ADA);
    }
    expect(run.status).toBe('succeeded');
  }
  return company.members();
}

/** What the comparison makes of the members that the running configuration leads to. */
function applied(
  before: Record<string, string[]>,
  { groups, members }: Comparison,
): Record<string, string[]> {
  const places = new Map(Object.keys(before).map(name => [name, name]));
  const created: string[] = [];
  for (const { accessGroupId, running, proposed } of groups) {
    const exists = (result: GroupResult | undefined) =>
      result !== undefined && (accessGroupId !== undefined || result.reason === undefined);
    const [from, to] = [`${running?.team}/${running?.name}`, `${proposed?.team}/${proposed?.name}`];
    if (exists(running) && exists(proposed)) places.set(from, to);
    else if (exists(running)) places.delete(from);
    else if (exists(proposed)) created.push(to);
  }
  const after = new Map([...places].map(([from, to]) => [to, new Set(before[from])]));
  for (const name of created) after.set(name, new Set());
  for (const { change: what, team, name, username } of members) {
    const group = after.get(`${team}/${name}`);
    if (what === 'added' || what === 'kept') group?.add(username);
    else group?.delete(username);
  }
  return Object.fromEntries([...after].map(([name, users]) => [name, [...users].sort()]));
}

async function compare({ db }: Company, running: DirectorySettings, proposed: DirectorySettings) {
  const ports = { db, readDirectory, readBoth };
  return planAgainst(ports, proposed, rulesOf(running));
}

describe('a comparison of two configurations', () => {
  it(
    'is what runs with each of them then do, also when removals are held, partly approved, rejected or in doubt (G94)',
    async () => {
      const property = fc.asyncProperty(
        settings,
        settings,
        fc.array(step, { maxLength: 5 }),
        async (running, proposed, steps) => {
          await using stays = await open();
          await using changes = await open();
          for (const company of [stays, changes]) {
            company.settings = { ...company.settings, ...running };
            let last: Run | undefined = await company.sync();
            for (const one of steps) last = await take(company, last, one);
          }
          const next = { ...stays.settings, ...proposed };
          const before = await stays.members();
          const comparison = await compare(stays, stays.settings, next);
          expect(await stays.members()).toEqual(before);
          changes.settings = { ...changes.settings, ...proposed };
          const [unchanged, changed] = [await settle(stays), await settle(changes)];
          expect(applied(unchanged, comparison)).toEqual(changed);
        },
      );
      await fc.assert(property, { numRuns: RUNS, seed: SEED });
    },
    60_000 + RUNS * 10_000,
  );

  it('counts as held when the read is not trusted, although both configurations would change the same (G94)', async () => {
    await using company = await open();
    await company.sync();
    const { settings: same } = company;
    const trusted = await compare(company, same, same);
    expect([trusted.untrusted, isHeld(trusted)]).toEqual([false, false]);
    for (const name of Object.keys(GROUPS)) company.ldap.delete(groupDn(name));
    const comparison = await compare(company, same, same);
    expect(comparison).toMatchObject({ groups: [], members: [], untrusted: true });
    expect(isHeld(comparison)).toBe(true);
  });
});
