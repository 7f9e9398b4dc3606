/** Whether people and groups can be found, told apart and read: judged by the first page of each. */
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, firstText, hasValues, isRanged } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { searchSome } from '../search/paged-search.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import type { Question } from './ldapsearch-command.ts';
import { clockFindings, timeOf } from './server.ts';

/** More than any server needs that has an index for it. */
const SLOW_MS = 2000;
const CHANGED = 'modifyTimestamp';

/** What is looked for, and what must be seen of it. */
export interface EntryExpectation {
  readonly subject: string;
  readonly question: Question;
  readonly idAttribute: string;
  /** Without these on any entry a sync cannot be. */
  readonly required: readonly string[];
  /** Without these on any entry something that was asked for does not happen. */
  readonly wished: readonly string[];
  /** Of these, some entry must show one; empty: none is needed. */
  readonly members: readonly string[];
}

/** Where to look, and by which clock (milliseconds since 1970). */
export interface CheckContext {
  readonly connection: Connection;
  readonly settings: DirectorySettings;
  readonly clock: () => number;
}

/** A page of what a question finds. */
export interface PageResult {
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly tookMs: number;
}

/** Asks for the first page. @throws DirectoryError */
export async function firstPage(
  { connection, settings, clock }: CheckContext,
  question: Question,
): Promise<PageResult> {
  const startedAt = clock();
  const search = { ...question, filter: parseFilter(question.filter) };
  const options = { pageSize: settings.pageSize, referrals: 'ignore' } as const;
  const { entries, more } = await searchSome(connection, search, options);
  return { entries, more, tookMs: clock() - startedAt };
}

/**
 * The first finding is about the entries themselves, the others about circumstances. `further`: what else is to be said of
 * the page.
 * @throws DirectoryError
 */
export async function checkEntries(
  viewpoint: CheckContext,
  wanted: EntryExpectation,
  further: (sight: PageResult) => Finding[],
): Promise<Finding[]> {
  const { subject, question } = wanted;
  const { settings, clock } = viewpoint;
  const attributes = [...question.attributes, CHANGED];
  const sight = await firstPage(viewpoint, { ...question, attributes });
  return [
    { subject, ...(unusable(sight, wanted) ?? doubtful(sight, wanted) ?? fine(sight)) },
    ...further(sight),
    ...pageFindings(subject, sight, settings.pageSize),
    ...slowness(subject, sight, question),
    ...clockFindings(subject, newest(sight) - clock()),
  ];
}

type Verdict = Omit<Finding, 'subject'>;

/** How many there are, as far as one looked. */
export function amount({ entries, more }: PageResult): string {
  return more ? `more than ${entries.length}` : `${entries.length}`;
}

/** That a question finds nothing. */
export function nothing({ base, filter }: Question): Verdict {
  const message = `no entry below ${base} matches ${filter}`;
  return { level: 'fail', message, fix: 'Check base and filter, and what the account may read.' };
}

function unusable(
  { entries }: PageResult,
  { question, required, members, idAttribute }: EntryExpectation,
): Verdict | undefined {
  if (entries.length === 0) return nothing(question);
  const missing = required.filter(name => !entries.some(entry => shows(entry, name)));
  if (missing.length > 0) return hidden(entries, missing, 'fail');
  const shared = entries.length - new Set(entries.map((entry, at) => entryId(entry, idAttribute) ?? at)).size;
  if (shared > 0)
    return {
      level: 'fail',
      message: `${shared} entries share their ${idAttribute} with another`,
      fix: UNIQUE,
    };
  if (members.length === 0 || entries.some(entry => members.some(name => shows(entry, name))))
    return undefined;
  return hidden(entries, members, 'fail');
}

const UNIQUE = 'Set idAttribute to one that the server keeps unique, or to auto.';

function doubtful({ entries }: PageResult, { idAttribute, wished }: EntryExpectation): Verdict | undefined {
  const nameless = entries.filter(entry => entryId(entry, idAttribute) === undefined).length;
  if (nameless > 0) {
    const message = `${nameless} of ${entries.length} entries have no usable ${idAttribute} and would be left alone`;
    return { level: 'warn', message, fix: 'Let the account read it, or set idAttribute to another.' };
  }
  const absent = wished.filter(name => !entries.some(entry => shows(entry, name)));
  return absent.length > 0 ? hidden(entries, absent, 'warn') : undefined;
}

function fine(sight: PageResult): Verdict {
  return { level: 'ok', message: `${amount(sight)} entries` };
}

function hidden(entries: readonly Entry[], names: readonly string[], level: 'fail' | 'warn'): Verdict {
  const message = `none of ${entries.length} entries shows ${names.join(', ')}`;
  return { level, message, fix: 'Check the name in the configuration, and what the account may read.' };
}

function shows(entry: Entry, name: string): boolean {
  return hasValues(entry, name) || isRanged(entry, name);
}

function pageFindings(subject: string, { entries, more }: PageResult, pageSize: number): Finding[] {
  if (!more || entries.length >= pageSize) return [];
  const message = `the server gives ${entries.length} entries a page where pageSize asks for ${pageSize}`;
  return [{ subject, level: 'warn', message, fix: `Set pageSize to ${entries.length}, or raise the limit.` }];
}

function slowness(subject: string, { tookMs }: PageResult, { filter }: Question): Finding[] {
  if (tookMs < SLOW_MS) return [];
  const names = [...new Set([...filter.matchAll(/([\w.-]+)[~<>]?=/g)].map(([, name = '']) => name))];
  const message = `the first page took ${(tookMs / 1000).toFixed(1)} s, as without an index`;
  return [{ subject, level: 'warn', message, fix: `Let the server index ${names.join(', ')}.` }];
}

/** When an entry was last changed, by the server's clock; 0 where it does not tell. */
function newest({ entries }: PageResult): number {
  const times = entries.map(entry => timeOf(firstText(entry, CHANGED) ?? ''));
  return times.filter(time => time > 0).reduce((latest, time) => Math.max(latest, time), 0);
}
