/** A real OpenLDAP with a password policy for the bind account. */
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { checkDirectory } from '../../../src/directory/check/check-directory.ts';
import { passwordNotice } from '../../../src/directory/connection/password-notice.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { BASE, slapdSettings, UNITS } from '../../support/given/slapd-company.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const POLICY = `cn=policy,${BASE}`;
const THREE_DAYS = 3 * 86_400;
const LDIF = [
  ...UNITS,
  `dn: ${POLICY}\nobjectClass: organizationalRole\nobjectClass: pwdPolicy\ncn: policy\npwdAttribute: userPassword\npwdMaxAge: ${THREE_DAYS + 3600}\npwdExpireWarning: 864000\npwdMustChange: TRUE\n`,
];

describe('the password of a bind account of OpenLDAP', () => {
  let slapd: Slapd;
  let settings: DirectorySettings;
  const modify = (name: string, values: readonly string[]) =>
    asAdmin(slapd, client => {
      const modification = new Attribute({ type: name, values: [...values] });
      return client.modify(slapd.bindDn, new Change({ operation: 'replace', modification }));
    });
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: LDIF, overlays: ['ppolicy'] });
    settings = slapdSettings(slapd);
  });
  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  it('is not mentioned while it has no policy (G48)', async () => {
    const findings = await checkDirectory(settings);
    expect(findings.filter(({ message }) => message.includes('password of the bind account'))).toEqual([]);
    expect((await readDirectory(settings)).counts.passwordExpiresAt).toBeUndefined();
  });

  it('that expires in three days is mentioned by check, and the read knows when (G48)', async () => {
    await modify('pwdPolicySubentry', [POLICY]);
    // slapd counts from the change of the password.
    await modify('userPassword', [slapd.bindPassword]);
    await modify('pwdReset', []);
    const findings = await checkDirectory(settings);
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringMatching(/^the password of the bind account expires in 3 days, at \d{4}-/),
      }),
    );
    const { passwordExpiresAt = '' } = (await readDirectory(settings)).counts;
    expect(Date.parse(passwordExpiresAt) - Date.now()).toBeGreaterThan(THREE_DAYS * 1000);
  });

  it('that must be changed fails the read with that reason, not with missing rights (G48)', async () => {
    await modify('pwdReset', ['TRUE']);
    await expect(readDirectory(settings)).rejects.toMatchObject({
      code: 'bind_refused',
      message: expect.stringContaining('the password must be changed first'),
    });
    await modify('pwdReset', []);
    expect((await readDirectory(settings)).whole).toBe(true);
  });
});

describe('a control about a password', () => {
  const POLICY_CONTROL = '1.3.6.1.4.1.42.2.27.8.5.1';
  const read = (type: string, value: Buffer) =>
    passwordNotice(type, { bytes: value, at: 0, end: value.length });

  it.each([
    ['2.16.840.1.113730.3.4.5', Buffer.from('86400'), { expiresInSeconds: 86_400 }],
    ['2.16.840.1.113730.3.4.5', Buffer.from('soon'), undefined],
    ['2.16.840.1.113730.3.4.4', Buffer.from('0'), { mustChange: true }],
    [POLICY_CONTROL, Buffer.from('3000', 'hex'), undefined],
    [POLICY_CONTROL, Buffer.from('3006a00480020708', 'hex'), { expiresInSeconds: 1800 }],
    [POLICY_CONTROL, Buffer.from('3008a003810102810100', 'hex'), { graceBinds: 2, expiresInSeconds: 0 }],
    [POLICY_CONTROL, Buffer.from('3003810102', 'hex'), { mustChange: true }],
    ['1.2.3', Buffer.from('0'), undefined],
  ])('%s with %o means %o (G48)', (type, value, expected) => {
    expect(read(type, value)).toEqual(expected);
  });

  it('that is truncated is malformed (G59)', () => {
    expect(() => read(POLICY_CONTROL, Buffer.from('3006a004', 'hex'))).toThrow(/cannot be read/);
  });
});
