/** Names of groups are made from attributes and parts of the DN, and conflicts get a suggestion. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinguishingTemplate } from '../../src/mapping/distinguishing-template.ts';
import { fillTemplate } from '../../src/mapping/fill-template.ts';
import { templateAttributes } from '../../src/mapping/template-attributes.ts';
import { templateProblem } from '../../src/mapping/template-problem.ts';
import { planSync } from '../../src/plan/plan-sync.ts';
import { current } from '../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  managedGroup,
  mapping,
  snapshot,
} from '../support/given/values.ts';

const GROUP = {
  dn: 'cn=ops,OU=Berlin\\2C East,organizationalUnitName=Europe,ou=groups,dc=example,dc=test',
  attributes: { cn: 'ops' },
};

describe('templates', () => {
  it.each([
    ['{dn.ou}', 'Berlin, East'],
    ['{dn.ou[1]}-{cn}', 'Europe-ops'],
    ['{DN.OU[2]}/{dn.dc[1]}', 'groups/test'],
    ['{dn.cn}', 'ops'],
  ])('%s takes parts of the DN from the entry upwards (G58)', (template, text) => {
    expect(fillTemplate(template, GROUP)).toEqual({ text });
    expect(templateProblem(template)).toBeUndefined();
  });

  it('a part that the DN does not have gives no name, and is reported (G58)', () => {
    expect(fillTemplate('{dn.ou[3]}-{cn}', GROUP)).toEqual({ missing: 'dn.ou[3]' });
    expect(fillTemplate('{dn.l}', GROUP)).toEqual({ missing: 'dn.l' });
    expect(fillTemplate('{dn.ou}', { ...GROUP, dn: 'no dn' })).toEqual({ missing: 'dn.ou' });
  });

  it.each(['{dn.}', '{dn.ou[]}', '{dn.ou[x]}', '{ou[1]}', '{dn.ou[100]}'])(
    '%s is rejected in the configuration (G58)',
    template => {
      expect(templateProblem(template)).toContain('{dn.ou[1]}');
    },
  );

  it('parts of the DN are not requested from the directory (G58)', () => {
    expect(templateAttributes([mapping({ team: '{dn.ou}', name: '{dn.ou[1]}-{CN}' })])).toEqual(['cn']);
  });
});

describe('the suggested name', () => {
  const at = (n: number, dn: string) => directoryGroup(n, 'ops', complete(), { dn });
  const explanations = (dns: readonly string[], state = current()) => {
    const groups = dns.map((dn, n) => at(n + 1, dn));
    return new Set(
      planSync(snapshot([], groups), state, directory()).changes.map(change => change.explanation),
    );
  };

  it('distinguishes the groups that share a name, by as few parts of their DNs as possible (G58)', () => {
    expect(explanations(['cn=ops,ou=a,dc=t', 'cn=ops,ou=b,dc=t', 'cn=ops,ou=c,dc=t'])).toEqual(
      new Set([expect.stringContaining('name: "{dn.ou}-{cn}" makes')]),
    );
    expect(explanations(['cn=ops,ou=g,ou=a,dc=t', 'cn=ops,ou=g,ou=b,dc=t'])).toEqual(
      new Set([expect.stringContaining('name: "{dn.ou[1]}-{cn}" makes')]),
    );
    expect(explanations(['cn=ops,ou=g,ou=a,dc=t', 'cn=ops,ou=h,ou=a,dc=t', 'cn=ops,ou=g,ou=b,dc=t'])).toEqual(
      new Set([expect.stringContaining('name: "{dn.ou[1]}-{dn.ou}-{cn}" makes')]),
    );
  });

  it('counts the group that has the name, and is undefined if no part of the DNs differs (G58)', () => {
    const state = current({
      managed: [managedGroup(1, 'ops', [])],
      groups: [known(50, 'ops', 1, { dn: 'cn=ops,ou=a,dc=t' })],
    });
    const groups = [at(50, 'cn=ops,ou=a,dc=t'), at(2, 'cn=ops,ou=b,dc=t')];
    expect(planSync(snapshot([], groups), state, directory()).changes).toMatchObject([
      { reason: 'name_conflict_managed', explanation: expect.stringContaining('"{dn.ou}-{cn}" makes') },
    ]);
    expect(explanations(['cn=ops,dc=t', 'cn=ops,ou=b,dc=t'])).toEqual(
      new Set([expect.stringContaining('no ou of the DNs makes the names differ')]),
    );
  });

  it('always gives all of them different names (G58)', () => {
    const unit = fc.constantFrom('a', 'b', 'c');
    const paths = fc.uniqueArray(fc.array(unit, { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 8,
      selector: path => path.join(),
    });
    fc.assert(
      fc.property(paths, units => {
        const dns = units.map(path => ['cn=ops', ...path.map(ou => `ou=${ou}`), 'dc=t'].join(','));
        const template = distinguishingTemplate('{cn}', dns);
        if (template === undefined) return;
        const names = dns.map(dn =>
          JSON.stringify(fillTemplate(template, { dn, attributes: { cn: 'ops' } })),
        );
        expect(names.join()).not.toContain('missing');
        expect(new Set(names).size).toBe(dns.length);
      }),
    );
  });
});
