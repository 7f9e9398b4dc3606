/** The growth of every stage, and the pauses, as tables. */
import { machine } from '../testbed/report.ts';
import type { Growth, Pause } from './measure.ts';

/** The maximum growth of CPU for twice the size, if the comparison grows by two. */
const MOST = 2.2;
/** The longest allowed pause, in milliseconds. */
const LONGEST = 1_000;

/**
 * Markdown: a row for each stage with the exponent of its CPU growth, and a row for each step with its longest pause.
 */
export function growthToMarkdown(growth: readonly Growth[], pauses: readonly Pause[]): string {
  return [
    '# Growth',
    '',
    machine(),
    'CPU of the process at n, 2 n and 4 n, the least of seven rounds or more. Twice the size: the mean of both doublings;',
    `kept where it is at most ${MOST}, or as much more as the comparison is above 2.`,
    '',
    '| stage | n | CPU at n | 2 n | 4 n | twice the size | exponent | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...growth.map(each => row(each, MOST * Math.max(1, doubledBy(growth[0]) / 2))),
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

function doubledBy(growth: Growth | undefined): number {
  const [one = 1, , four = 4] = growth?.cpu ?? [];
  return Math.sqrt(four / one);
}

function row(growth: Growth, most: number): string {
  const { name, of, n, cpu } = growth;
  const [one = 0, two = 0, four = 0] = cpu;
  const doubled = doubledBy(growth);
  const exponent = Math.log2(doubled);
  const times = [one, two, four].map(seconds => `${seconds.toFixed(3)} s`);
  const verdict = doubled <= most ? 'kept' : '**not kept**';
  return `| ${name} | ${n} ${of} | ${times.join(' | ')} | ${doubled.toFixed(2)} × | ${exponent.toFixed(2)} | ${verdict} |`;
}
