/** A watch of a server with persistent search, in this process. */
import { describe, expect, it } from 'vitest';
import { type Fault, searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import { startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { openWatch } from '../../../src/directory/watch/open-watch.ts';
import { directory, uuid } from '../../support/given/values.ts';
import { until } from '../../support/observe/until.ts';
import { followWatch } from '../../support/observe/watch.ts';

const BASE = 'dc=example,dc=com';
const GROUPS = `ou=groups,${BASE}`;
const PEOPLE = `ou=people,${BASE}`;
const ALICE = `uid=alice,${PEOPLE}`;
const unit = (dn: string) => ({ dn, attributes: { objectClass: ['organizationalUnit'] } });
const group = (n: number, cn: string, member: readonly string[]) => ({
  dn: `cn=${cn},${GROUPS}`,
  attributes: { objectClass: ['groupOfNames'], cn: [cn], member, entryUUID: [uuid(n)] },
});
const ENTRIES = [
  { dn: BASE, attributes: { objectClass: ['domain'], entryUUID: [uuid(10)] } },
  unit(PEOPLE),
  unit(GROUPS),
  { dn: ALICE, attributes: { objectClass: ['inetOrgPerson'], uid: ['alice'], entryUUID: [uuid(1)] } },
  group(11, 'ops', [ALICE]),
  group(12, 'lab', [ALICE]),
];

async function watched(stack: AsyncDisposableStack, faults: readonly Fault[] = []) {
  const bindDn = 'cn=reader,dc=example,dc=com';
  const server = stack.use(
    await startLdapServer({ entries: ENTRIES, accounts: [{ dn: bindDn, password: 'secret' }], faults }),
  );
  const usual = directory();
  const settings = {
    ...usual,
    urls: [server.url],
    bindDn,
    bindPassword: 'secret',
    live: 'auto' as const,
    users: { ...usual.users, baseDn: PEOPLE },
    groups: { ...usual.groups, baseDn: GROUPS },
  };
  const watch = await openWatch(settings, { signal: new AbortController().signal, pollMs: 20 });
  if (watch === undefined) throw new Error('no watch');
  stack.use(watch);
  return { server, watch, followed: followWatch(watch) };
}

describe('a watch by persistent search', () => {
  it('reports changed, renamed and deleted entries', async () => {
    await using stack = new AsyncDisposableStack();
    const { server, watch, followed } = await watched(stack);
    expect(watch.mechanism).toBe('persistent search');
    const hints = await followed.during(async () => {
      server.modify(`cn=ops,${GROUPS}`, { delete: { member: [ALICE] } });
      server.rename(`cn=lab,${GROUPS}`, `cn=laboratory,${GROUPS}`);
      server.delete(ALICE);
    });
    expect(hints).toEqual([
      { id: uuid(11), dn: `cn=ops,${GROUPS}` },
      { id: uuid(12), dn: `cn=laboratory,${GROUPS}`, oldDn: `cn=lab,${GROUPS}` },
      { id: uuid(1), dn: ALICE },
    ]);
  });

  it('reports the entries that differ after a reload', async () => {
    await using stack = new AsyncDisposableStack();
    const { server, followed } = await watched(stack);
    const hints = await followed.during(async () =>
      server.load([...ENTRIES.slice(0, 4), group(11, 'ops', []), group(13, 'new', [ALICE])]),
    );
    expect(hints.map(({ id }) => id)).toEqual(expect.arrayContaining([uuid(11), uuid(12), uuid(13)]));
    expect(hints.map(({ id }) => id)).not.toContain(uuid(1));
  });

  it('is current as of a time that no setting of the clock moves', async () => {
    await using stack = new AsyncDisposableStack();
    const { followed } = await watched(stack);
    const before = performance.now();
    await followed.during(async () => {});
    expect(followed.currentAt()).toBeGreaterThan(before);
    expect(followed.currentAt()).toBeLessThan(performance.now());
  });

  it('says that a report is late before it counts as lost', async () => {
    await using stack = new AsyncDisposableStack();
    const mute = searchFault((search, answer) => answer(search).filter(({ kind }) => kind !== 'open'));
    const { server, followed } = await watched(stack, [mute]);
    expect(followed.late()).toEqual([]);
    server.modify(`cn=ops,${GROUPS}`, { delete: { member: [ALICE] } });
    await until('the watch is late', async () => followed.late().length > 0);
    expect(new Set(followed.late())).toEqual(new Set(['the server has not reported a change yet']));
  });
});
