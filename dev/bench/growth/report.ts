/** The growth of every stage, and the pauses, as tables. */
import { machine } from '../report.ts';
import type { Growth, Pause } from './measure.ts';

/** Twice the size may cost so many times the CPU. */
const MOST = 2.2;
/** Nothing may stand still for longer, in milliseconds. */
const LONGEST = 1_000;

/** Markdown: a row a stage with the exponent that its CPU grows with, and a row a step with the longest pause. */
export function growthToMarkdown(growth: readonly Growth[], pauses: readonly Pause[]): string {
  return [
    '# Growth',
    '',
    machine(),
    'CPU of the process at n, 2 n and 4 n, the least of five rounds. The exponent is 1 where twice the size costs twice the CPU.',
    '',
    '| stage | n | CPU at n | 2 n | 4 n | dearest doubling | exponent | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...growth.map(row),
    '',
    'The longest time for which nothing else happened, with `merge`:',
    '',
    '| people | what the directory shows | step | pause | |',
    '| --- | --- | --- | --- | --- |',
    ...pauses.map(
      ({ people, what, step, ms }) =>
        `| ${people} | ${what} | ${step} | ${Math.round(ms)} ms | ${ms <= LONGEST ? 'kept' : '**too long**'} |`,
    ),
    '',
    'Made with `npm run bench -- --growth`.',
    '',
  ].join('\n');
}

function row({ name, of, n, cpu }: Growth): string {
  const [one = 0, two = 0, four = 0] = cpu;
  const dearest = Math.max(two / one, four / two);
  const exponent = Math.log2(four / one) / 2;
  const times = [one, two, four].map(seconds => `${seconds.toFixed(3)} s`);
  const verdict = dearest <= MOST ? 'kept' : '**not kept**';
  return `| ${name} | ${n} ${of} | ${times.join(' | ')} | ${dearest.toFixed(2)} | ${exponent.toFixed(2)} | ${verdict} |`;
}
