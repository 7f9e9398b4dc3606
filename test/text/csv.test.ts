/** CSV has one line for each row, and no cell is a formula. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/text/csv.ts';

describe('csvLine', () => {
  it('writes times in ISO 8601 and missing values as empty cells', () => {
    expect(csvLine([new Date(0), 7, null, undefined, 'ada'])).toBe('1970-01-01T00:00:00.000Z,7,,,ada');
  });

  it('quotes commas and quotation marks', () => {
    expect(csvLine(['Lovelace, Ada', 'the "first"'])).toBe('"Lovelace, Ada","the ""first"""');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(1)', ' =1', '\t=1', '＝1', '=HYPERLINK("http://x","y")'])(
    'makes text of %j, which a spreadsheet would run',
    text => expect(csvLine([text])).toMatch(/^"?('|\\t)/),
  );

  it('keeps the number of cells and stays on one line for every text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), texts => {
        const line = csvLine(texts);
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',')).toHaveLength(texts.length);
      }),
    );
  });
});
