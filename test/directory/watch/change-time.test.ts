/** When an entry changed, in the formats of the servers. */
import { expect, it } from 'vitest';
import { changeTime } from '../../../src/directory/watch/change-time.ts';

it.each([
  ['20260301120000.123456z#000000#000#000000', '2026-03-01T12:00:00.123Z'],
  ['20260301120000.0Z', '2026-03-01T12:00:00.000Z'],
  ['20260301120000Z', '2026-03-01T12:00:00.000Z'],
])('reads %s', (text, time) => {
  expect(changeTime(text)).toBe(Date.parse(time));
});

it.each([undefined, '', 'yesterday', '20261301120000Z'])('reads no time from %s', text => {
  expect(changeTime(text)).toBeUndefined();
});
