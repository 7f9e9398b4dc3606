/** The cost of watchers, as a table. */
import type { ConsoleFigures } from './console.ts';
import { machine, median, seconds } from './testbed/report.ts';

const BUDGET = 1.1;

/** Markdown: the machine, the ratio against its budget, and the requests of the clients. */
export function consoleToMarkdown({ size, people, alone, watched }: ConsoleFigures): string {
  const [quiet, busy] = [median(alone), median(watched.map(({ ms }) => ms))];
  const ratio = median(watched.map(({ ms }, round) => ms / (alone[round] ?? Number.NaN)));
  const cells = [
    `first sync of ${size}, ${people} clients watching`,
    seconds(busy),
    `no client watching ${seconds(quiet)}`,
    ratio.toFixed(2),
    `≤ ${BUDGET.toFixed(2)}`,
    ratio <= BUDGET ? 'kept' : '**not kept**',
  ];
  return [
    `# Benchmark of the console, organisation ${size}`,
    '',
    machine(),
    `Medians of ${alone.length} alternating rounds (the ratio: of each round), each with a new service (all roles in one process) on a`,
    'new database; the clients run on the same machine.',
    '',
    '| what | time | against | ratio | budget | |',
    '| --- | --- | --- | --- | --- | --- |',
    `| ${cells.join(' | ')} |`,
    '',
    'Before a worker takes the run, all clients have opened its page and its stream; a tenth as many have opened the overview. Then',
    `${median(watched.map(({ events }) => events))} events were sent and ` +
      `${median(watched.map(({ requests }) => requests))} other requests answered, 95 % of them within ` +
      `${median(watched.map(({ p95Ms }) => p95Ms))} ms.`,
    '',
    `Made with \`npm run bench -- --console --size ${size}\`.`,
    '',
  ].join('\n');
}
