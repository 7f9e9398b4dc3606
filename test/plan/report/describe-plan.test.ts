/** A plan is described in one line for each group, with reasons and totals. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/plan/guard/guard.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { describePlan } from '../../../src/plan/report/describe-plan.ts';
import { current } from '../../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  localUser,
  managedGroup,
  person,
  snapshot,
} from '../../support/given/values.ts';

const people = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1));

/** The lines for a directory that shows "devs" and "ops", and a database that knows "devs". */
function linesFor(shown: number[], held: number[]) {
  const groups = [directoryGroup(100, 'devs', complete(...shown)), directoryGroup(101, 'ops', complete(2))];
  const state = current({
    managed: [managedGroup(1, 'devs', held)],
    groups: [known(100, 'devs', 1)],
    links: people(60).map((_, n) => link(n + 1)),
  });
  const plan = planSync(snapshot(people(60), groups), state, directory());
  return describePlan(plan, judge(plan, directory()));
}

describe('a plan in words', () => {
  const lines = (plan: ReturnType<typeof planSync>) => describePlan(plan, judge(plan, directory()));

  it('has a line for each requested name, with the DNs of all groups that request it, and a line for groups without a name (G54)', () => {
    const at = (n: number, name: string | undefined, ou: string) =>
      directoryGroup(n, name ?? '', complete(), {
        dn: `cn=${name ?? ''},ou=${ou},dc=test`,
        attributes: name === undefined ? {} : { cn: name },
      });
    const groups = [at(1, 'devs', 'a'), at(2, 'devs', 'b'), at(3, 'devs', 'c'), at(4, undefined, 'd')];
    const shown = lines(planSync(snapshot([], groups), current(), directory()));
    expect(shown.slice(0, 2)).toEqual([
      expect.stringMatching(/^! conflict platform, name_invalid, .*, "cn=,ou=d,dc=test"$/),
      expect.stringMatching(
        /^! conflict platform\/devs, name_conflict_new, .*, "cn=devs,ou=a,dc=test", "cn=devs,ou=b,dc=test", "cn=devs,ou=c,dc=test"$/,
      ),
    ]);
    expect(shown).toHaveLength(3);
  });

  it('names the entries of people who share a username, in mapped groups or not (G54)', () => {
    const twins = [person(1, { username: 'same' }), person(2, { username: 'Same' }), person(3)];
    const plan = planSync(
      snapshot(twins, [directoryGroup(100, 'devs', complete(0, 2))]),
      current({ users: [localUser(7, { username: 'same' })], links: [link(3)] }),
      directory(),
    );
    expect(lines(plan)).toContain(
      'warning: ambiguous_user "same": "uid=user1,ou=people,dc=test", "uid=user2,ou=people,dc=test" could be the same local user',
    );
  });

  it('counts unresolved members by reason, and warns when more than half match no user (G55)', () => {
    const unresolved = [{ value: 'cn=ghost', reason: 'dangling_dn' as const }];
    const groups = [directoryGroup(100, 'devs', { ...complete(0, 1, 2), unresolved })];
    const plan = (links: number) =>
      planSync(
        snapshot(people(3), groups),
        current({ links: people(links).map((_, n) => link(n + 1)) }),
        directory(),
      );
    expect(plan(1).counts.reasons).toEqual({ no_local_user: 2, dangling_dn: 1 });
    expect(lines(plan(1)).at(-1)).toContain('3 unresolved (2 no_local_user, 1 dangling_dn)');
    expect(plan(1).warnings).toEqual([
      '3 of 4 members match no local user (2 no_local_user, 1 dangling_dn): check users.username (uid), users.baseDn ("ou=people,dc=test") and users.filter ((objectClass=inetOrgPerson))',
    ]);
    expect(plan(2).warnings).toEqual([]);
  });

  it('has a line for each group, a line of the users who may get mail, and a line of totals (D12)', () => {
    expect(linesFor([0, 1], [1, 4])).toEqual([
      '~ update platform/devs, +1 members, -1 members',
      '+ create platform/ops, +1 members',
      '2 people would be added (2 memberships); the application may send mail to each of them',
      'groups: 1 to create, 1 to update; members: 2 to add, 1 to remove, 0 unresolved',
    ]);
  });

  it('names held removals, and the setting that limits them', () => {
    const members = Array.from({ length: 40 }, (_, n) => n + 1);
    const lines = linesFor([0], members);
    expect(lines[0]).toBe('~ update platform/devs, -39 members, removals held: member_removals');
    expect(lines[2]).toContain(
      'held: 39 of 40 managed memberships would be removed (98 %), more than guard.memberRemovals',
    );
  });
});
