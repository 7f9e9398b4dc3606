/** The URLs of dynamic groups are parsed as RFC 4516 says. */
import { describe, expect, it } from 'vitest';
import { hostOfServer, parseLdapUrl } from '../../../src/directory/syntax/ldap-url.ts';

function parts(url: string): readonly string[] {
  const { host, base, scope, filter } = parseLdapUrl(url);
  return [host, base, scope, filter.toString()];
}

describe('the URL of a dynamic group', () => {
  it.each([
    ['ldap:///ou=people,dc=x??sub?(l=Paris)', ['', 'ou=people,dc=x', 'sub', '(l=Paris)']],
    ['ldap:///dc=x', ['', 'dc=x', 'base', '(objectClass=*)']],
    ['LDAP:///dc=x??ONE', ['', 'dc=x', 'one', '(objectClass=*)']],
    ['ldap:///dc=x???(uid=a)', ['', 'dc=x', 'base', '(uid=a)']],
    ['ldap:///dc=x??sub?', ['', 'dc=x', 'sub', '(objectClass=*)']],
    ['ldap://LDAP1.Example.com:389/dc=x??sub', ['ldap1.example.com', 'dc=x', 'sub', '(objectClass=*)']],
    ['ldaps://h:636/dc=x', ['h', 'dc=x', 'base', '(objectClass=*)']],
    ['ldap://h:1389/dc=x', ['h:1389', 'dc=x', 'base', '(objectClass=*)']],
    ['ldap:///ou=Lab%5C2C%20East,dc=x??sub?(cn=%3F)', ['', 'ou=Lab\\2C East,dc=x', 'sub', '(cn=?)']],
    ['ldap:///ou=Krak%c3%b3w,dc=x', ['', 'ou=Kraków,dc=x', 'base', '(objectClass=*)']],
  ])('%s is parsed (RFC 4516) (F62)', (url, expected) => {
    expect(parts(url)).toEqual(expected);
  });

  it.each([
    ['', /expected ldap:/],
    ['http:///dc=x', /expected ldap:/],
    ['ldap://', /has no base DN/],
    ['ldap:///', /has no base DN/],
    ['ldap:///people??sub', /an attribute type/],
    ['ldap:///dc=x?member?sub', /attributes in the URL are not supported/],
    ['ldap:///dc=x??tree', /"tree" is not a scope/],
    ['ldap:///dc=x??sub?(uid=a', /expected "\)"/],
    ['ldap:///dc=x??sub?(uid=a)?!bindname=x', /extensions/],
    ['ldap:///dc=%zz', /percent/],
    ['ldap:///dc=%ff', /percent/],
  ])('%s is rejected as a description of members (F62)', (url, problem) => {
    expect(() => parseLdapUrl(url)).toThrow(problem);
    expect(() => parseLdapUrl(url)).toThrow(SyntaxError);
  });

  it('is of a configured server in every spelling of its name (F62)', () => {
    expect(hostOfServer('ldaps://LDAP1.example.com')).toBe('ldap1.example.com');
    expect(hostOfServer('ldaps://ldap1.example.com:636/')).toBe('ldap1.example.com');
    expect(hostOfServer('ldap://ldap1.example.com:636')).toBe('ldap1.example.com:636');
    expect(hostOfServer('ldapi://%2Frun%2Fslapd')).toBeUndefined();
  });
});
