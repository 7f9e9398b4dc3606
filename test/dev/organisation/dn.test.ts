/** DNs are written in all spellings that directories use. */
import { describe, expect, it } from 'vitest';
import { type Spelling, writeDn } from '../../../dev/organisation/model/dn.ts';

const dn = [
  [
    { type: 'cn', value: ' #Doe, "Zoë" ' },
    { type: 'employeeNumber', value: '7' },
  ],
  [{ type: 'dc', value: 'com' }],
];

describe('writeDn', () => {
  it.each<[Spelling, string]>([
    ['plain', 'cn=\\ #Doe\\, \\"Zoë\\"\\ +employeeNumber=7,dc=com'],
    ['pairs', 'cn=\\20#Doe\\2C \\22Zoë\\22\\20+employeeNumber=7,dc=com'],
    ['hex', 'cn=\\20\\23Doe\\2C\\20\\22Zo\\C3\\AB\\22\\20+employeeNumber=7,dc=com'],
    ['upper', 'CN=\\ #DOE\\, \\"ZOË\\"\\ +EMPLOYEENUMBER=7,DC=COM'],
    ['spaced', 'cn = \\ #Doe\\, \\"Zoë\\"\\  + employeeNumber = 7 , dc = com'],
    ['oid', '2.5.4.3=\\ #Doe\\, \\"Zoë\\"\\ +2.16.840.1.113730.3.1.3=7,0.9.2342.19200300.100.1.25=com'],
    ['quoted', 'cn=" #Doe, \\"Zoë\\" "+employeeNumber="7",dc="com"'],
    ['semicolons', 'cn=\\ #Doe\\, \\"Zoë\\"\\ +employeeNumber=7;dc=com'],
    ['reversed', 'employeeNumber=7+cn=\\ #Doe\\, \\"Zoë\\"\\ ,dc=com'],
  ])('writes it %s', (spelling, text) => {
    expect(writeDn(dn, spelling)).toBe(text);
  });
});
