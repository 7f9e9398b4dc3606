/** Checks users and groups by the first page of each: are they found, identified and readable? */
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, firstText, hasValues, isRanged } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { searchSome } from '../search/paged-search.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import { generalizedTime } from '../syntax/generalized-time.ts';
import type { ConfiguredSearch } from './ldapsearch-command.ts';
import { clockFindings } from './server.ts';

/** Longer than any search on an indexed attribute takes. */
const SLOW_MS = 2000;
const CHANGED = 'modifyTimestamp';

/** A search, and what its entries must show. */
export interface EntryExpectation {
  readonly subject: string;
  readonly question: ConfiguredSearch;
  readonly idAttribute: string;
  /** A sync is impossible if no entry has these. */
  readonly required: readonly string[];
  /** A configured feature does not work if no entry has these. */
  readonly recommended: readonly string[];
  /** At least one entry must have one of these. Empty: none is required. */
  readonly members: readonly string[];
}

/** The connection and the clock (milliseconds since 1970) of a check. */
export interface CheckContext {
  readonly connection: Connection;
  readonly settings: DirectorySettings;
  readonly clock: () => number;
}

/** The first page of a search. */
export interface PageResult {
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly tookMs: number;
}

/** Reads the first page. @throws DirectoryError */
export async function firstPage(
  { connection, settings, clock }: CheckContext,
  question: ConfiguredSearch,
): Promise<PageResult> {
  const startedAt = clock();
  const search = { ...question, filter: parseFilter(question.filter) };
  const options = { pageSize: settings.pageSize, referrals: 'ignore' } as const;
  const { entries, more } = await searchSome(connection, search, options);
  return { entries, more, tookMs: clock() - startedAt };
}

/**
 * The first finding is about the entries, the others are about the search.
 * @param further adds findings about the page
 * @throws DirectoryError
 */
export async function checkEntries(
  context: CheckContext,
  wanted: EntryExpectation,
  further: (page: PageResult) => Finding[],
): Promise<Finding[]> {
  const { subject, question } = wanted;
  const { settings, clock } = context;
  const attributes = [...question.attributes, CHANGED];
  const page = await firstPage(context, { ...question, attributes });
  return [
    { subject, ...(failureOf(page, wanted) ?? warningOf(page, wanted) ?? okVerdict(page)) },
    ...further(page),
    ...pageFindings(subject, page, settings.pageSize),
    ...slowness(subject, page, question),
    ...clockFindings(subject, newest(page) - clock()),
  ];
}

type Verdict = Omit<Finding, 'subject'>;

/** The number of entries, as far as the first page shows. */
export function amount({ entries, more }: PageResult): string {
  return more ? `more than ${entries.length}` : `${entries.length}`;
}

/** The finding for a search without results. */
export function nothingFound({ base, filter }: ConfiguredSearch): Verdict {
  const message = `no entry below ${base} matches ${filter}`;
  return { level: 'fail', message, fix: 'Check the base, the filter and the read access of the account.' };
}

function failureOf(
  { entries }: PageResult,
  { question, required, members, idAttribute }: EntryExpectation,
): Verdict | undefined {
  if (entries.length === 0) return nothingFound(question);
  const missing = required.filter(name => !entries.some(entry => shows(entry, name)));
  if (missing.length > 0) return notShown(entries, missing, 'fail');
  const shared = entries.length - new Set(entries.map((entry, at) => entryId(entry, idAttribute) ?? at)).size;
  if (shared > 0)
    return {
      level: 'fail',
      message: `${shared} entries share their ${idAttribute} with another`,
      fix: UNIQUE_FIX,
    };
  if (members.length === 0 || entries.some(entry => members.some(name => shows(entry, name))))
    return undefined;
  return notShown(entries, members, 'fail');
}

const UNIQUE_FIX = 'Set idAttribute to an attribute that the server keeps unique, or to auto.';

function warningOf(
  { entries }: PageResult,
  { idAttribute, recommended }: EntryExpectation,
): Verdict | undefined {
  const unidentified = entries.filter(entry => entryId(entry, idAttribute) === undefined).length;
  if (unidentified > 0) {
    const message = `${unidentified} of ${entries.length} entries have no usable ${idAttribute} and would be ignored`;
    return {
      level: 'warn',
      message,
      fix: 'Give the account read access to it, or set idAttribute to another attribute.',
    };
  }
  const absent = recommended.filter(name => !entries.some(entry => shows(entry, name)));
  return absent.length > 0 ? notShown(entries, absent, 'warn') : undefined;
}

function okVerdict(page: PageResult): Verdict {
  return { level: 'ok', message: `${amount(page)} entries` };
}

function notShown(entries: readonly Entry[], names: readonly string[], level: 'fail' | 'warn'): Verdict {
  const message = `none of ${entries.length} entries shows ${names.join(', ')}`;
  return { level, message, fix: 'Check the name in the configuration and the read access of the account.' };
}

function shows(entry: Entry, name: string): boolean {
  return hasValues(entry, name) || isRanged(entry, name);
}

function pageFindings(subject: string, { entries, more }: PageResult, pageSize: number): Finding[] {
  if (!more || entries.length >= pageSize) return [];
  const message = `the server returns ${entries.length} entries a page, but pageSize is ${pageSize}`;
  return [
    {
      subject,
      level: 'warn',
      message,
      fix: `Set pageSize to ${entries.length}, or increase the limit of the server.`,
    },
  ];
}

function slowness(subject: string, { tookMs }: PageResult, { filter }: ConfiguredSearch): Finding[] {
  if (tookMs < SLOW_MS) return [];
  const names = [...new Set([...filter.matchAll(/([\w.-]+)[~<>]?=/g)].map(([, name = '']) => name))];
  const message = `the first page took ${(tookMs / 1000).toFixed(1)} s, which suggests a missing index`;
  return [{ subject, level: 'warn', message, fix: `Index ${names.join(', ')} on the server.` }];
}

/** The latest change of an entry by the server's clock; 0 if the server does not show it. */
function newest({ entries }: PageResult): number {
  const times = entries.map(entry => generalizedTime(firstText(entry, CHANGED) ?? ''));
  return times.filter(time => time > 0).reduce((latest, time) => Math.max(latest, time), 0);
}
