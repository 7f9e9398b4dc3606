/** Tables fit the width of a terminal, and colours appear only on a terminal that wants them. */
import { describe, expect, it } from 'vitest';
import { printTable } from '../../../src/cli/terminal/style.ts';
import { table } from '../../../src/cli/terminal/table.ts';

const HEADER = ['GROUP', 'N', 'PROJECTS'];
const ROWS = [
  ['platform/engineering-of-everything', '7', 'api, web, data, infra'],
  ['platform/x', '12', ''],
];

/** The output on a terminal of this width, or (undefined) in a file. */
function printed(columns: number | undefined, env: NodeJS.ProcessEnv = {}): string {
  let said = '';
  const write = (text: string | Uint8Array) => {
    said += String(text);
    return true;
  };
  const stdout = columns === undefined ? { write } : { write, isTTY: true, columns };
  printTable({ env, stdout, stderr: stdout }, HEADER, ROWS);
  return said;
}

describe('a table', () => {
  it.each([30, 40, 60, 80])('fits a terminal of %i columns, and cuts the widest', columns => {
    const lines = table(HEADER, ROWS, columns);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    expect(lines[2]).toMatch(/^platform\/x +12$/);
    if (columns < 60) expect(lines[1]).toContain('…');
  });

  it('is cut only on a terminal', () => {
    expect(printed(undefined)).toContain('platform/engineering-of-everything  7   api, web, data, infra');
  });

  it('fits a terminal of 80 columns with the ten columns of status', () => {
    const header = 'DIRECTORY,LAST RUN,LAST SUCCESS,NEXT RUN,GROUPS,MEMBERS,HELD,CONFLICTS,FROZEN,UNRESOLVED';
    const row = ['corp', 'succeeded', '12 min ago', 'in 41 s', '5000', '120000', '0', '0', '0', '11'];
    const lines = table(header.split(','), [row], 80);
    expect(lines.map(line => line.length).filter(length => length > 80)).toEqual([]);
    expect(lines[1]).toMatch(/^corp +succeeded +12 min ago +in 41 s +5000 +120000/);
  });

  it('stays readable on a terminal that is narrower than the table can get', () => {
    expect(table(HEADER, ROWS, 5)[1]).toBe('platfor…  7   api, we…');
  });

  it('counts the cells of a terminal, not characters', () => {
    const lines = table(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['e\u0301', 'x'],
        ['👍', 'x'],
      ],
    );
    expect(lines).toEqual(['A     B', '日本  x', 'e\u0301     x', '👍    x']);
  });

  it('has colour only on a terminal without NO_COLOR', () => {
    expect(printed(80)).toContain('\u001b[1m');
    expect(printed(80, { NO_COLOR: '1' })).not.toContain('\u001b');
    expect(printed(80, { TERM: 'dumb' })).not.toContain('\u001b');
    expect(printed(undefined)).not.toContain('\u001b');
    expect(printed(80, { NO_COLOR: '' })).toContain('\u001b[1m');
  });
});
