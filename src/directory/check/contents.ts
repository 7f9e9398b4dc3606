/** What a directory shows of that which the configuration speaks of. */

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
  nothing,
  type PageResult,
} from './entries.ts';
import { ldapsearch, type Question } from './ldapsearch-command.ts';
import { memberFindings, usernameFindings } from './members.ts';
import { failed } from './server.ts';

/** Users, groups, each mapping, each sentinel. One page of each is read, so that large directories answer as fast. */
export async function checkContents(
  connection: Connection,
  settings: DirectorySettings,
  traits: Traits,
  clock: () => number,
): Promise<Finding[]> {
  const viewpoint = { connection, settings, clock };
  const findings: Finding[] = [];
  const add = async (subject: string, question: Question, check: () => Promise<Finding[]>) => {
    const command = ldapsearch(connection.url, settings, question);
    findings.push(...(await guarded(subject, command, check)));
  };
  const [who, which] = [people(settings, traits), groups(settings, traits)];
  let found: PageResult | undefined;
  await add(who.subject, who.question, () =>
    checkEntries(viewpoint, who, sight => {
      found = sight;
      return usernameFindings(who.subject, sight, settings);
    }),
  );
  await add(which.subject, which.question, () =>
    checkEntries(viewpoint, which, sight => memberFindings(which.subject, found, sight, settings)),
  );
  for (const [index, mapping] of settings.mappings.entries()) {
    const subject = `${settings.name} mapping ${index + 1}`;
    const question = mapped(settings, mapping);
    await add(subject, question, () => checkMapping(viewpoint, subject, mapping, question));
  }
  for (const dn of settings.sentinels) {
    const subject = `${settings.name} sentinel ${dn}`;
    await add(subject, watched(settings, dn), () => checkSentinel(viewpoint, subject, dn));
  }
  return findings;
}

function people(settings: DirectorySettings, traits: Traits): EntryExpectation {
  const { baseDn: base, filter, username, match, email } = settings.users;
  return {
    subject: `${settings.name} users`,
    question: { base, scope: 'sub', filter, attributes: userAttributes(settings, traits) },
    idAttribute: traits.idAttribute,
    required: [traits.idAttribute, username],
    wished: match.includes('email') ? [email] : [],
    members: [],
  };
}

function groups(settings: DirectorySettings, traits: Traits): EntryExpectation {
  const { baseDn: base, filter, name, members, primaryGroup } = settings.groups;
  return {
    subject: `${settings.name} groups`,
    question: { base, scope: 'sub', filter, attributes: groupAttributes(settings, traits) },
    idAttribute: traits.idAttribute,
    required: [traits.idAttribute, name],
    wished: [],
    // Dynamic groups and primary groups list nobody.
    members: primaryGroup ? [] : [...members, 'memberURL'],
  };
}

/** The groups of the directory that a mapping is about. */
function mapped({ groups }: DirectorySettings, { groups: own }: MappingSettings): Question {
  const filter = own.filter === undefined ? groups.filter : `(&${groups.filter}${own.filter})`;
  return { base: own.baseDn ?? groups.baseDn, scope: 'sub', filter, attributes: [groups.name] };
}

function watched({ groups }: DirectorySettings, base: string): Question {
  return { base, scope: 'base', filter: '(objectClass=*)', attributes: groups.members };
}

async function checkMapping(
  viewpoint: CheckContext,
  subject: string,
  { team }: MappingSettings,
  question: Question,
): Promise<Finding[]> {
  const { baseDn } = viewpoint.settings.groups;
  if (!isUnder(dnKey(question.base) ?? '', dnKey(baseDn) ?? ''))
    return [{ subject, level: 'fail', message: `${question.base} is not below groups.baseDn`, fix: MOVE }];
  const sight = await firstPage(viewpoint, question);
  if (sight.entries.length === 0) return [{ subject, ...nothing(question), level: 'warn' }];
  const entries = wantedEntries(sight.entries, viewpoint.settings);
  const left = sight.entries.length - entries.length;
  if (entries.length === 0)
    return [
      { subject, level: 'warn', message: `all of ${amount(sight)} groups are left out by name`, fix: NAMES },
    ];
  const without = left > 0 ? `, ${left} others left out by groups.include and groups.exclude` : '';
  return [
    { subject, level: 'ok', message: `${amount({ ...sight, entries })} groups for team ${team}${without}` },
  ];
}

const NAMES = 'Check groups.include and groups.exclude, which choose groups by name.';

/** Those that `groups.include` and `groups.exclude` let through. */
function wantedEntries(entries: readonly Entry[], settings: DirectorySettings): Entry[] {
  const isWanted = wantedName(settings);
  return entries.filter(entry => isWanted({ name: namingText(entry, settings.groups.name) }));
}

const MOVE = 'Only groups below groups.baseDn are read: choose a base above all mappings.';

async function checkSentinel(
  { connection, settings }: CheckContext,
  subject: string,
  dn: string,
): Promise<Finding[]> {
  const problem = await sentinelProblem(connection, settings, dn);
  if (problem === undefined) return [{ subject, level: 'ok', message: 'visible, with members' }];
  return [{ subject, level: 'fail', message: problem, fix: 'Without it no run concludes anything.' }];
}

/** What the server refuses is a finding; the first one gets the command that asks the same. */
async function guarded(
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
