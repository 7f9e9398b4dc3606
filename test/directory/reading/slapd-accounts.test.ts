/** A real OpenLDAP with a password policy, whose accounts are locked, expired or not valid yet. */
import { Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { readPath } from '../../../src/directory/read/read-path.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { BASE, GROUPS, PEOPLE, slapdSettings, UNITS } from '../../support/given/slapd-company.ts';
import { uuid } from '../../support/given/values.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const POLICY = `cn=policy,${BASE}`;
const DAY_MS = 86_400_000;

/** Whether slapd itself refuses the account, and the attribute that says so. RFC 2307 is for clients, not for slapd. */
const ACCOUNTS = [
  { uid: 'open', line: '', refused: false },
  { uid: 'ended', line: 'pwdEndTime: 20200101000000Z', refused: true },
  { uid: 'ends-later', line: 'pwdEndTime: 29990101000000Z', refused: false },
  { uid: 'starts-later', line: 'pwdStartTime: 29990101000000Z', refused: true },
  { uid: 'started', line: 'pwdStartTime: 20200101000000Z', refused: false },
  { uid: 'locked', line: 'pwdAccountLockedTime: 000001010000Z', refused: true },
  { uid: 'expired', line: 'shadowExpire: 18262', refused: false },
  { uid: 'never-expires', line: 'shadowExpire: -1', refused: false },
  { uid: 'expires-later', line: 'shadowExpire: 99999', refused: false },
];
const OUT = new Map([
  ['ended', 'pwdEndTime'],
  ['starts-later', 'pwdStartTime'],
  ['locked', 'pwdAccountLockedTime'],
  ['expired', 'shadowExpire'],
]);

function person(uid: string, line: string, n: number): string {
  const classes = 'objectClass: inetOrgPerson\nobjectClass: shadowAccount\n';
  const own = `uid: ${uid}\ncn: ${uid}\nsn: ${uid}\nuserPassword: secret\npwdPolicySubentry: ${POLICY}\nentryUUID: ${uuid(n)}\n`;
  return `dn: uid=${uid},${PEOPLE}\n${classes}${own}${line === '' ? '' : `${line}\n`}`;
}

const LDIF = [
  ...UNITS,
  // slapd enforces none of these times unless the policy locks accounts.
  `dn: ${POLICY}\nobjectClass: organizationalRole\nobjectClass: pwdPolicy\ncn: policy\npwdAttribute: userPassword\npwdLockout: TRUE\n`,
  ...ACCOUNTS.map(({ uid, line }, index) => person(uid, line, index + 1)),
  `dn: cn=devs,${GROUPS}\nobjectClass: groupOfNames\ncn: devs\nentryUUID: ${uuid(99)}\n${ACCOUNTS.map(({ uid }) => `member: uid=${uid},${PEOPLE}\n`).join('')}`,
];

describe('OpenLDAP with a password policy', () => {
  let slapd: Slapd;
  let settings: DirectorySettings;
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: LDIF, overlays: ['ppolicy'] });
    settings = slapdSettings(slapd);
  });
  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it.each(ACCOUNTS)(
    'refuses the account $uid: $refused; Rollcall disables at least these (G41)',
    async ({ uid, refused }) => {
      const client = new Client({ url: slapd.url, timeout: 10_000, connectTimeout: 5_000 });
      const bound = await client.bind(`uid=${uid},${PEOPLE}`, 'secret').then(
        () => true,
        () => false,
      );
      await client.unbind();
      expect(bound).toBe(!refused);
    },
  );

  it('has its disabled accounts counted by attribute (G41)', async () => {
    const { users, counts } = await readDirectory(settings);
    const out = users.filter(({ disabled }) => disabled === true);
    expect(new Map(out.map(({ username, stateAttribute }) => [username, stateAttribute]))).toEqual(OUT);
    expect(users.filter(({ disabled }) => disabled === undefined)).toEqual([]);
    expect(counts.disabled).toEqual(Object.fromEntries([...OUT.values()].map(attribute => [attribute, 1])));
  });

  it('has accounts whose state changes without a change of the directory (G29)', async () => {
    const { users } = await readDirectory(settings);
    const times = users.flatMap(({ username, changesAt }) =>
      changesAt === undefined ? [] : [[username, changesAt]],
    );
    expect(Object.fromEntries(times)).toEqual({
      'ends-later': Date.UTC(2999, 0, 1),
      'starts-later': Date.UTC(2999, 0, 1),
      'expires-later': 99_999 * DAY_MS,
    });
  });

  it('gives the attribute and value of an explanation (G49)', async () => {
    for (const [username, attribute] of OUT)
      expect(
        await readPath(settings, { group: `cn=devs,${GROUPS}`, externalId: undefined, username }),
      ).toEqual({
        reason: expect.stringMatching(`disabled or expired in the directory \\(${attribute}\\)`),
      });
  });
});
