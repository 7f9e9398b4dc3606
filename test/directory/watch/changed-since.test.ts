/** Two change markers give the filter that finds the entries that changed between them. */
import { expect, it } from 'vitest';
import { changedSince } from '../../../src/directory/watch/changed-since.ts';

const CSN = (time: string, server: string) => `20261130${time}.000000Z#000000#${server}#000000`;

it.each([
  ['usn 7 of DC1', 'usn 9 of DC1', '(uSNChanged>=8)'],
  ['lastusn;userroot=7 of host', 'lastusn;userroot=9 of host', '(entryusn>=8)'],
  ['lastusn;a=7 lastusn;b=3 of host', 'lastusn;a=7 lastusn;b=4 of host', undefined],
  [
    `${CSN('100000', '001')} ${CSN('090000', '002')}`,
    `${CSN('110000', '001')} ${CSN('090000', '002')}`,
    `(entryCSN>=${CSN('100000', '001')})`,
  ],
  ['unknown', 'other', undefined],
])('the entries that changed from %s to %s match %s', (before, now, filter) => {
  expect(changedSince(before, now)).toBe(filter);
});
