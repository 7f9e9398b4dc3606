/** The measured figures as a table of budgets. */
import { arch, cpus, release, totalmem } from 'node:os';
import type { Size } from '../../organisation/model/model.ts';
import type { Measured } from './task.ts';

export interface Figures {
  readonly size: Size;
  /** Milliseconds, one for each round. */
  readonly dumps: readonly number[];
  readonly reads: readonly Measured[];
  /** Omitted if the organisation has fewer than ten groups of 50 people, and in figures of an older version. */
  readonly mapped?: Measured;
  readonly firstSync: Measured;
  readonly copy: number;
  readonly quiet: readonly Measured[];
  /** Omitted in figures of an older version. */
  readonly schedule?: Measured;
  readonly changed: Measured;
  /** Repeated resyncs of one group: milliseconds; the first is in a new process. */
  readonly one: readonly number[];
}

interface Row {
  readonly what: string;
  readonly ms: number;
  readonly reference: string;
  readonly ratio: number;
  readonly budget: number;
  readonly peakMiB: number | undefined;
}

/** Markdown: the machine, the table, and the exceeded budgets. `before`: the last figures, which these replace. */
export function toMarkdown(figures: Figures, before?: Figures): string {
  const rows = rowsOf(figures);
  const ratios = new Map(before === undefined ? [] : rowsOf(before).map(({ what, ratio }) => [what, ratio]));
  const cells = rows.map(row => [
    row.what,
    seconds(row.ms),
    row.reference,
    row.ratio.toFixed(2),
    ratios.get(row.what)?.toFixed(2) ?? '',
    `≤ ${row.budget}`,
    row.ratio <= row.budget ? 'kept' : '**not kept**',
    row.peakMiB === undefined ? '' : `${row.peakMiB} MiB`,
  ]);
  return [
    `# Benchmarks, organisation ${figures.size}`,
    '',
    machine(),
    'Compare the ratios: both sides of each were measured in one run, one after the other. Where there are rounds, medians:',
    'of the times, and of the ratios of each full read to the dump before it.',
    '',
    '| what | time | against | ratio | before | budget | | peak memory |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...cells.map(row => `| ${row.join(' | ')} |`),
    '',
    ...oneGroup(figures.one),
    pauses(figures),
    '',
    `First sync: ${figures.firstSync.did}.`,
    '',
    `Made with \`npm run bench -- --size ${figures.size}\`.`,
    '',
  ].join('\n');
}

/** The machine, in a sentence. */
export function machine(): string {
  return (
    `Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `Linux ${release()} ${arch()}, Node ${process.version}. OpenLDAP, PostgreSQL and Redis run on the same machine.`
  );
}

function rowsOf({ dumps, reads, mapped, firstSync, copy, quiet, schedule, changed }: Figures): Row[] {
  const dump = median(dumps);
  const read = median(reads.map(({ ms }) => ms));
  const still = median(quiet.map(({ ms }) => ms));
  const whole = dump + copy;
  return [
    {
      what: 'full read into a snapshot',
      ms: read,
      reference: `ldapsearch ${seconds(dump)}`,
      ratio: median(reads.map(({ ms }, round) => ms / (dumps[round] ?? dump))),
      budget: 1.2,
      peakMiB: peak(reads),
    },
    ...mappedRow(mapped),
    {
      what: 'first sync',
      ms: firstSync.ms,
      reference: `ldapsearch + COPY ${seconds(whole)}`,
      ratio: firstSync.ms / whole,
      budget: 1.3,
      peakMiB: firstSync.peakMiB,
    },
    {
      what: 'full re-read, nothing changed',
      ms: still,
      reference: `full read ${seconds(read)}`,
      ratio: still / read,
      budget: 1.3,
      peakMiB: peak(quiet),
    },
    ...scheduleRow(schedule),
    {
      what: '1 % of memberships changed',
      ms: changed.ms,
      reference: `full read ${seconds(read)}`,
      ratio: changed.ms / read,
      budget: 1.5,
      peakMiB: changed.peakMiB,
    },
    {
      what: 'resident memory, worker',
      ms: firstSync.ms,
      reference: `${RESIDENT_MIB} MiB`,
      ratio: firstSync.peakMiB / RESIDENT_MIB,
      budget: 1,
      peakMiB: firstSync.peakMiB,
    },
  ];
}

/** Both times are from a process that has read before, as a service has. */
function mappedRow(mapped: Measured | undefined): Row[] {
  if (mapped === undefined) return [];
  const { each = [], against = [], peakMiB } = mapped;
  const [some, whole] = [median(each.slice(1)), median(against.slice(1))];
  return [
    {
      what: 'ten groups of 50 mapped',
      ms: some,
      reference: `full read, warm ${seconds(whole)}`,
      ratio: some / whole,
      budget: 0.05,
      peakMiB,
    },
  ];
}

function scheduleRow(schedule: Measured | undefined): Row[] {
  if (schedule === undefined) return [];
  const ms = median(schedule.each ?? []);
  const ratio = ms / SKIPPED_MS;
  const reference = `${SKIPPED_MS} ms`;
  return [{ what: 'schedule, marker unchanged', ms, reference, ratio, budget: 1, peakMiB: schedule.peakMiB }];
}

const SKIPPED_MS = 50;
const RESIDENT_MIB = 250;
const ONE_GROUP_MS = 100;

/** The longest pause of the event loop, which also delays the renewal of leases. */
function pauses({ reads, firstSync, quiet, changed }: Figures): string {
  const longest = (rounds: readonly Measured[]) => `${Math.max(...rounds.map(({ pauseMs }) => pauseMs))} ms`;
  return (
    `The event loop was blocked for ${longest(reads)} at most in a full read, ${longest([firstSync])} in a first sync, ` +
    `${longest(quiet)} where nothing changed and ${longest([changed])} where 1 % did (budget 1000 ms).`
  );
}

function oneGroup(each: readonly number[]): string[] {
  const [first] = each;
  if (first === undefined) return [];
  const times = each.toSorted((a, b) => a - b);
  const p95 = times[Math.ceil(times.length * 0.95) - 1] ?? 0;
  return [
    `One group of 50 resynced by hand, ${each.length} times in one process: p95 ${Math.round(p95)} ms from request to ` +
      `recorded (budget ${ONE_GROUP_MS} ms), the first ${Math.round(first)} ms, half of them below ${Math.round(median(each))} ms.`,
    '',
  ];
}

function peak(rounds: readonly Measured[]): number {
  return Math.max(...rounds.map(({ peakMiB }) => peakMiB));
}

/** The median; of two, the upper one. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** A duration, in seconds if it is that long. */
export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
