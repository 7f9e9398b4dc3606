/** A watch of a real OpenLDAP. */
import { Attribute, Change, Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { checkDirectory } from '../../../src/directory/check/check-directory.ts';
import { openWatch, type Watch } from '../../../src/directory/watch/open-watch.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import {
  GROUPS,
  groupRecord,
  PEOPLE,
  personRecord,
  slapdSettings,
  UNITS,
  unitRecord,
} from '../../support/given/slapd-company.ts';
import { uuid } from '../../support/given/values.ts';
import { type Followed, followWatch } from '../../support/observe/watch.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const groupOf = (n: number, cn: string, member: string) => groupRecord(n, cn, [`member: ${member}`]);
const ALICE = `uid=alice,${PEOPLE}`;
const LDIF = [
  ...UNITS,
  unitRecord(`ou=sub,${GROUPS}`),
  personRecord(1, 'alice'),
  personRecord(2, 'bob'),
  groupOf(11, 'ops', ALICE),
  groupOf(12, 'lab', ALICE),
].join('\n');

describe('a watch of OpenLDAP', () => {
  let slapd: Slapd;
  let admin: Client;
  let settings: DirectorySettings;
  let watch: Watch;
  let followed: Followed;
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: LDIF });
    admin = new Client({ url: slapd.url });
    await admin.bind(slapd.adminDn, slapd.adminPassword);
    settings = {
      ...slapdSettings(slapd, { groups: { filter: '(objectClass=groupOfMembers)' } }),
      live: 'auto',
    };
    const opened = await openWatch(settings, { signal: new AbortController().signal, pollMs: 30 });
    if (opened === undefined) throw new Error('no watch');
    watch = opened;
    followed = followWatch(watch);
  });
  afterAll(async () => {
    watch[Symbol.dispose]();
    await admin.unbind();
    await slapd[Symbol.asyncDispose]();
  });

  const modify = (dn: string, operation: 'add' | 'delete' | 'replace', type: string, values: string[]) =>
    admin.modify(dn, new Change({ operation, modification: new Attribute({ type, values }) }));

  it('uses content synchronisation', () => {
    expect([watch.mechanism, watch.because]).toEqual(['syncrepl', undefined]);
  });

  it('reports a changed group by its identity and DN', async () => {
    const dn = `cn=ops,${GROUPS}`;
    expect(await followed.during(() => modify(dn, 'add', 'member', [`uid=bob,${PEOPLE}`]))).toEqual([
      { id: uuid(11), dn },
    ]);
  });

  it('reports when the directory made a change or deleted an entry', async () => {
    const dn = `cn=late,${GROUPS}`;
    const before = Date.now();
    await followed.during(async () => {
      await admin.add(dn, { objectClass: 'groupOfMembers', cn: 'late' });
      await admin.del(dn);
    });
    const times = followed.changedAt();
    expect(times).toHaveLength(2);
    for (const time of times) expect(time).toBeGreaterThanOrEqual(before);
    for (const time of times) expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('reports from where a group was moved, and what was below a renamed container', async () => {
    const moved = { id: uuid(12), dn: `cn=lab,ou=sub,${GROUPS}`, oldDn: `cn=lab,${GROUPS}` };
    expect(await followed.during(() => admin.modifyDN(moved.oldDn, moved.dn))).toEqual([moved]);
    const [unitHint] = await followed.during(() => admin.modifyDN(`ou=sub,${GROUPS}`, 'ou=below'));
    expect(unitHint).toMatchObject({ dn: `ou=below,${GROUPS}`, oldDn: `ou=sub,${GROUPS}` });
    const renamed = { ...moved, dn: `cn=lab2,ou=below,${GROUPS}`, oldDn: `cn=lab,ou=below,${GROUPS}` };
    expect(await followed.during(() => admin.modifyDN(renamed.oldDn, 'cn=lab2'))).toEqual([renamed]);
  });

  it('reports a person only if an attribute changed that is used', async () => {
    const hints = (type: string, value: string) =>
      followed.during(() => modify(ALICE, 'replace', type, [value]));
    expect(await hints('description', 'unknown until now')).toHaveLength(1);
    expect(await hints('description', 'again')).toEqual([]);
    const renamed = `uid=alicia,${PEOPLE}`;
    expect(await followed.during(() => admin.modifyDN(ALICE, 'uid=alicia'))).toEqual([
      { id: uuid(1), dn: renamed },
    ]);
  });

  it('reports deletions', async () => {
    const dn = `cn=ops,${GROUPS}`;
    expect(await followed.during(() => admin.del(dn))).toEqual([{ id: uuid(11), dn }]);
  });

  it('is opened by `check`, which says what only the schedule finds', async () => {
    const findings = await checkDirectory(settings);
    expect(findings).toContainEqual({
      subject: 'corp live',
      level: 'ok',
      message:
        'changes are followed by syncrepl; only the schedule finds accounts that expire, groups that are gone, after two reads',
    });
  });

  it('ends when the server stops', async () => {
    await slapd.stop();
    await expect(followed.ended).rejects.toMatchObject({ code: 'interrupted' });
  });
});
