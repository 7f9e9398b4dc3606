/** The speed of following changes, as a table. */
import type { IdleFigures } from './idle.ts';
import type { LiveFigures, Load } from './live.ts';
import { machine } from './testbed/report.ts';

/** Markdown: the machine, and a row for each load. */
export function liveToMarkdown({ size, idle, loads }: LiveFigures): string {
  return [
    `# Benchmark of following changes, organisation ${size}`,
    '',
    machine(),
    'From the answer of the directory to a write until the commit of the transaction that applies it. The load, the directory and the database run',
    'on the same machine. A write that a later one undid before it was applied, or that changes no membership because of nesting, counts only in the',
    'number of writes.',
    '',
    '| changes a second | writes | applied one by one | runs | p50 | p95 | p99 | p99.9 | longest | CPU of the service for a write |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...loads.map(row),
    '',
    `Without changes, the service uses ${(idle * 100).toFixed(1)} % of a core.`,
    '',
    `Made with \`npm run bench -- --live --size ${size}\`.`,
    '',
  ].join('\n');
}

/** Markdown: the machine, and a row for each number of directories. */
export function idleToMarkdown({ idle }: IdleFigures): string {
  return [
    '# Benchmark of following directories that do not change',
    '',
    machine(),
    'One process with all roles, and watches of one OpenLDAP.',
    '',
    '| followed directories | of a core |',
    '| --- | --- |',
    ...idle.map(({ directories, share }) => `| ${directories} | ${(share * 100).toFixed(2)} % |`),
    '',
    'Made with `npm run bench -- --idle`.',
    '',
  ].join('\n');
}

function row({ rate, writes, runs, lags, cpu }: Load): string {
  const at = (share: number) => {
    const lag = lags[Math.ceil(lags.length * share) - 1];
    return lag === undefined ? '–' : `${Math.round(lag)} ms`;
  };
  const whole = runs.whole === 0 ? '' : ` + ${runs.whole} of the whole directory`;
  const times = [0.5, 0.95, 0.99, 0.999, 1].map(at);
  const cells = [rate, writes, lags.length, `${runs.hinted}${whole}`, ...times, `${cpu.toFixed(1)} ms`];
  return `| ${cells.join(' | ')} |`;
}
