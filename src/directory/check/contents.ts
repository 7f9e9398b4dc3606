/** Checks that the directory has the users, groups, mappings and sentinels of the configuration. */

import { DirectoryError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings, MappingSettings } from '../../model/settings.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import type { Connection } from '../connection/connect.ts';
import { type Entry, namingText } from '../entry/entry.ts';
import { groupAttributes } from '../entry/group-entry.ts';
import { userAttributes } from '../entry/user-entry.ts';
import type { Traits } from '../entry/vendor.ts';
import { wantedName } from '../read/match-mappings.ts';
import { sentinelProblem } from '../session/sentinels.ts';
import {
  amount,
  type CheckContext,
  checkEntries,
  type EntryExpectation,
  firstPage,
  nothingFound,
  type PageResult,
} from './entries.ts';
import { type ConfiguredSearch, ldapsearch } from './ldapsearch-command.ts';
import { memberFindings, usernameFindings } from './members.ts';
import { failed } from './server.ts';

/**
 * Checks users, groups, each mapping and each sentinel. Reads one page of each, so that large directories answer as
 * fast.
 */
export async function checkContents(
  connection: Connection,
  settings: DirectorySettings,
  traits: Traits,
  clock: () => number,
): Promise<Finding[]> {
  const context = { connection, settings, clock };
  const findings: Finding[] = [];
  const add = async (subject: string, question: ConfiguredSearch, check: () => Promise<Finding[]>) => {
    const command = ldapsearch(connection.url, settings, question);
    findings.push(...(await failureAsFinding(subject, command, check)));
  };
  const [who, which] = [userExpectation(settings, traits), groupExpectation(settings, traits)];
  let found: PageResult | undefined;
  await add(who.subject, who.question, () =>
    checkEntries(context, who, page => {
      found = page;
      return usernameFindings(who.subject, page, settings);
    }),
  );
  await add(which.subject, which.question, () =>
    checkEntries(context, which, page => memberFindings(which.subject, found, page, settings)),
  );
  for (const [index, mapping] of settings.mappings.entries()) {
    const subject = `${settings.name} mapping ${index + 1}`;
    const question = mappingSearch(settings, mapping);
    await add(subject, question, () => checkMapping(context, subject, mapping, question));
  }
  for (const dn of settings.sentinels) {
    const subject = `${settings.name} sentinel ${dn}`;
    await add(subject, sentinelSearch(settings, dn), () => checkSentinel(context, subject, dn));
  }
  return findings;
}

function userExpectation(settings: DirectorySettings, traits: Traits): EntryExpectation {
  const { baseDn: base, filter, username, match, email } = settings.users;
  return {
    subject: `${settings.name} users`,
    question: { base, scope: 'sub', filter, attributes: userAttributes(settings, traits) },
    idAttribute: traits.idAttribute,
    required: [traits.idAttribute, username],
    recommended: match.includes('email') ? [email] : [],
    members: [],
  };
}

function groupExpectation(settings: DirectorySettings, traits: Traits): EntryExpectation {
  const { baseDn: base, filter, name, members, primaryGroup } = settings.groups;
  return {
    subject: `${settings.name} groups`,
    question: { base, scope: 'sub', filter, attributes: groupAttributes(settings, traits) },
    idAttribute: traits.idAttribute,
    required: [traits.idAttribute, name],
    recommended: [],
    // Dynamic groups and primary groups list no members.
    members: primaryGroup ? [] : [...members, 'memberURL'],
  };
}

/** The search for the groups of a mapping. */
function mappingSearch({ groups }: DirectorySettings, { groups: own }: MappingSettings): ConfiguredSearch {
  const filter = own.filter === undefined ? groups.filter : `(&${groups.filter}${own.filter})`;
  return { base: own.baseDn ?? groups.baseDn, scope: 'sub', filter, attributes: [groups.name] };
}

function sentinelSearch({ groups }: DirectorySettings, base: string): ConfiguredSearch {
  return { base, scope: 'base', filter: '(objectClass=*)', attributes: groups.members };
}

async function checkMapping(
  context: CheckContext,
  subject: string,
  { team }: MappingSettings,
  question: ConfiguredSearch,
): Promise<Finding[]> {
  const { baseDn } = context.settings.groups;
  if (!isUnder(dnKey(question.base) ?? '', dnKey(baseDn) ?? ''))
    return [
      { subject, level: 'fail', message: `${question.base} is not below groups.baseDn`, fix: BASE_FIX },
    ];
  const page = await firstPage(context, question);
  if (page.entries.length === 0) return [{ subject, ...nothingFound(question), level: 'warn' }];
  const entries = wantedEntries(page.entries, context.settings);
  const left = page.entries.length - entries.length;
  if (entries.length === 0)
    return [
      {
        subject,
        level: 'warn',
        message: `all of ${amount(page)} groups are excluded by name`,
        fix: NAMES_FIX,
      },
    ];
  const without = left > 0 ? `, ${left} others excluded by groups.include and groups.exclude` : '';
  return [
    { subject, level: 'ok', message: `${amount({ ...page, entries })} groups for team ${team}${without}` },
  ];
}

const NAMES_FIX = 'Check groups.include and groups.exclude, which choose groups by name.';

/** The entries that `groups.include` and `groups.exclude` select. */
function wantedEntries(entries: readonly Entry[], settings: DirectorySettings): Entry[] {
  const isWanted = wantedName(settings);
  return entries.filter(entry => isWanted({ name: namingText(entry, settings.groups.name) }));
}

const BASE_FIX = 'Only groups below groups.baseDn are read: set it to a base above all mappings.';

async function checkSentinel(
  { connection, settings }: CheckContext,
  subject: string,
  dn: string,
): Promise<Finding[]> {
  const problem = await sentinelProblem(connection, settings, dn);
  if (problem === undefined) return [{ subject, level: 'ok', message: 'visible, with members' }];
  return [
    { subject, level: 'fail', message: problem, fix: 'Without this sentinel no run changes anything.' },
  ];
}

/** Turns a failure of the server into a finding. The first finding gets the command that repeats the search. */
async function failureAsFinding(
  subject: string,
  command: string,
  check: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    const [first, ...others] = await check();
    return first === undefined ? [] : [{ ...first, command }, ...others];
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return [{ ...failed(subject, error), command }];
  }
}
