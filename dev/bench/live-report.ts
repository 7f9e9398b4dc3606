/** The speed of following changes, as a table. */
import type { LiveFigures, Load } from './live.ts';
import { machine } from './testbed/report.ts';

/** Markdown: the machine, and a row for each load. */
export function liveToMarkdown({ size, idle, loads }: LiveFigures): string {
  return [
    `# Benchmark of following changes, organisation ${size}`,
    '',
    machine(),
    'From the answer of the directory to a write until the transaction that applies it begins. The load, the directory and the database run',
    'on the same machine. A write that a later one undid before it was applied, or that changes no membership because of nesting, counts only in the',
    'number of writes.',
    '',
    '| changes a second | writes | applied one by one | p50 | p95 | p99 | longest | CPU of the service for a write |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...loads.map(row),
    '',
    `Without changes, the service uses ${(idle * 100).toFixed(1)} % of a core.`,
    '',
    `Made with \`npm run bench -- --live --size ${size}\`.`,
    '',
  ].join('\n');
}

function row({ rate, writes, lags, cpu }: Load): string {
  const at = (share: number) => {
    const lag = lags[Math.ceil(lags.length * share) - 1];
    return lag === undefined ? '–' : `${Math.round(lag)} ms`;
  };
  const cells = [rate, writes, lags.length, at(0.5), at(0.95), at(0.99), at(1), `${cpu.toFixed(1)} ms`];
  return `| ${cells.join(' | ')} |`;
}
