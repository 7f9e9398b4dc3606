/** Invalid configurations are refused with the line, the key, the mistake and what is allowed. */
import { describe, expect, it } from 'vitest';
import { configText, problemsOf } from '../support/config.ts';

/** [old text, new text, the complete list of problems] */
const CASES: Readonly<Record<string, readonly [string, string, string]>> = {
  'a value of another kind': [
    'http:',
    'http:\n  port: many',
    'rollcall.yaml:4 http.port: must be a whole number from 0 to 65535, not "many"',
  ],
  'a value out of range': [
    '    users:',
    '    pageSize: 0\n    users:',
    'rollcall.yaml:11 directories[0].pageSize: must be a whole number from 1 to 100000, not 0',
  ],
  'a pool of one connection, while a migration takes two': [
    '@db/rollcall\n',
    '@db/rollcall\n  poolSize: 1\n',
    'rollcall.yaml:3 database.poolSize: must be a whole number from 2 to 1000, not 1',
  ],
  'a duration without a unit': [
    '    users:',
    '    runTimeout: "10"\n    users:',
    'rollcall.yaml:11 directories[0].runTimeout: must be a duration such as 500ms, 5s, 10m or 6h, more than 0 and at most 24 days, not "10"',
  ],
  'a duration that no timer can hold': [
    '    users:',
    '    runTimeout: 600h\n    users:',
    'rollcall.yaml:11 directories[0].runTimeout: must be a duration such as 500ms, 5s, 10m or 6h, more than 0 and at most 24 days, not "600h"',
  ],
  'a key that is missing': [
    '    bindDn: cn=rollcall,dc=example,dc=com\n',
    '',
    'rollcall.yaml:7 directories[0].bindDn: is missing; give the DN of the account that reads the directory, or set bind: external',
  ],
  'a key without a value': [
    'corp',
    '',
    'rollcall.yaml:7 directories[0].name: is empty; give a name of at most 64 letters, digits, ".", "-" and "_"',
  ],
  'a key with a slip, and says what was meant': [
    'http:',
    'http:\n  prot: 80',
    'rollcall.yaml:4 http.prot: is not a known key; did you mean port? Allowed here: host, port, tokens, trustedProxy, oidc, requestsPerMinute, publicUrl',
  ],
  'a word with a slip, and says what was meant': [
    'role: admin',
    'role: admins',
    'rollcall.yaml:5 http.tokens[0].role: must be one of viewer, admin, not "admins"; did you mean admin?',
  ],
  'a single value where a list belongs': [
    '["ldaps://ldap.example.com"]',
    'ldaps://ldap.example.com',
    'rollcall.yaml:8 directories[0].urls: must be a list of URLs, not a single value',
  ],
  'a number where text belongs': [
    'name: ops',
    'name: 42',
    'rollcall.yaml:5 http.tokens[0].name: must be a name, not 42 (put it in quotes)',
  ],
  'percentages above 100': [
    '    users:',
    '    guard: { groupRemovals: { percent: 110 } }\n    users:',
    'rollcall.yaml:11 directories[0].guard.groupRemovals.percent: must be a number from 0 to 100, not 110',
  ],
  'a URL that is for something else': [
    'ldaps://ldap.example.com',
    'https://ldap.example.com',
    'rollcall.yaml:8 directories[0].urls[0]: must be an ldaps:// or ldap:// URL with nothing after the port, or ldapi://%2Fpath%2Fof%2Fa%2Fsocket',
  ],
  'a sentinel that is no DN': [
    '    users:',
    '    sentinels: [all-staff]\n    users:',
    'rollcall.yaml:11 directories[0].sentinels[0]: is not a DN: expected an attribute type and "=" at character 1',
  ],
  'an identity attribute that no directory has (F33)': [
    '    users:',
    '    idAttribute: objectiGUID\n    users:',
    'rollcall.yaml:11 directories[0].idAttribute: must be one of auto, entryUUID, objectGUID, nsUniqueId, ipaUniqueID, not "objectiGUID"; did you mean objectGUID?',
  ],
  'a search filter with an error in it (F80)': [
    '"ou=people,dc=example,dc=com" }',
    '"ou=people,dc=example,dc=com", filter: "(uid=*" }',
    'rollcall.yaml:11 directories[0].users.filter: is not an LDAP filter: expected ")" at character 7',
  ],
  'a mapping whose filter has an error in it (F80)': [
    '- { team',
    '- { groups: { filter: "cn=*" }, team',
    'rollcall.yaml:14 directories[0].mappings[0].groups.filter: is not an LDAP filter: expected "(" at character 1',
  ],
  'an empty group base, which must not pass for "no groups" (F05)': [
    '"ou=groups,dc=example,dc=com"',
    '""',
    'rollcall.yaml:12 directories[0].groups.baseDn: is empty; give a DN such as ou=people,dc=example,dc=com',
  ],
  'a template with half a placeholder': [
    '"{cn}"',
    '"{cn"',
    'rollcall.yaml:14 directories[0].mappings[0].name: contains a brace without an attribute name; write {cn}, or text without braces',
  ],
  'a fixed team that is no slug': [
    'team: platform',
    'team: The Platform',
    'rollcall.yaml:14 directories[0].mappings[0].team: is not a team slug ("The Platform"): at most 50 letters, digits, "-" and "_"',
  ],
  'a fixed name of more than 64 characters (A20)': [
    '"{cn}"',
    '😀'.repeat(65),
    'rollcall.yaml:14 directories[0].mappings[0].name: is 65 characters long; the name of an AccessGroup has at most 64',
  ],
};

describe('a configuration is refused for', () => {
  for (const [what, [found, replacement, problem]] of Object.entries(CASES)) {
    it(what, async () => {
      expect(await problemsOf(configText([found, replacement]))).toEqual([problem]);
    });
  }

  it('all mistakes together, in the order of the file', async () => {
    const problems = await problemsOf(
      configText(
        ['postgres://rollcall@db/rollcall', 'mysql://db'],
        ['role: admin', 'role: root'],
        ['"ldaps://ldap.example.com"', '"ldap://ldap.example.com"'],
        ['    users:', '    schedule: "61 * * * *"\n    users:'],
        ['"{cn}"', '"{cn}", type: owner, projcts: [api]'],
      ),
    );
    expect(problems.map(problem => problem.replace(/: .*/, ''))).toEqual([
      'rollcall.yaml:2 database.url',
      'rollcall.yaml:5 http.tokens[0].role',
      'rollcall.yaml:8 directories[0].urls[0]',
      'rollcall.yaml:11 directories[0].schedule',
      'rollcall.yaml:15 directories[0].mappings[0].projcts',
      'rollcall.yaml:15 directories[0].mappings[0].type',
    ]);
  });

  it('an empty file, with what it needs', async () => {
    expect(await problemsOf('# nothing yet\n')).toEqual([
      expect.stringMatching(/^rollcall\.yaml:1 database: is missing; give a block with the keys url, /),
      'rollcall.yaml:1 directories: is missing; give a list of at least one directory',
    ]);
  });
});
