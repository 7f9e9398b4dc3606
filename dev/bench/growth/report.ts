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
    'CPU of the process at n, 2 n and 4 n, the least of seven rounds or more. Twice the size: the mean of both doublings.',
    '',
    '| stage | n | CPU at n | 2 n | 4 n | twice the size | exponent | |',
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
  const doubled = Math.sqrt(four / one);
  const exponent = Math.log2(doubled);
  const times = [one, two, four].map(seconds => `${seconds.toFixed(3)} s`);
  const verdict = doubled <= MOST ? 'kept' : '**not kept**';
  return `| ${name} | ${n} ${of} | ${times.join(' | ')} | ${doubled.toFixed(2)} × | ${exponent.toFixed(2)} | ${verdict} |`;
}
