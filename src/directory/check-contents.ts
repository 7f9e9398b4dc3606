/** What a directory shows of that which the configuration speaks of. */
import { messageOf } from '../errors.ts';
import type { Finding } from '../run.ts';
import type { DirectorySettings } from '../settings.ts';
import type { Connection } from './connect.ts';
import { dnKey, isUnder } from './dn-key.ts';
import { parseFilter } from './filter.ts';
import { groupAttributes } from './groups.ts';
import { mappedGroups } from './mapping.ts';
import { type PagingOptions, type Search, searchAll } from './paging.ts';
import { sentinelProblem } from './sentinels.ts';
import { userAttributes } from './users.ts';
import type { Traits } from './vendor.ts';

/** Counts of users, groups and each mapping; attributes that no entry shows; sentinels. Reads all pages of all. */
export async function checkContents(
  connection: Connection,
  settings: DirectorySettings,
  traits: Traits,
): Promise<Finding[]> {
  const { users, groups } = settings;
  const looks = [
    {
      subject: `${settings.name} users`,
      search: search(users.baseDn, users.filter, userAttributes(settings, traits)),
      required: [traits.idAttribute, users.username],
      wished: users.match.includes('email') ? [users.email] : [],
    },
    {
      subject: `${settings.name} groups`,
      search: search(groups.baseDn, groups.filter, groupAttributes(settings, traits)),
      required: [traits.idAttribute, groups.name],
      wished: [],
    },
  ];
  const findings: Finding[] = [];
  for (const look of looks)
    findings.push(await guarded(look.subject, () => checkEntries(connection, settings, look)));
  for (const index of settings.mappings.keys())
    findings.push(await checkMapping(connection, settings, index));
  for (const dn of settings.sentinels) findings.push(await checkSentinel(connection, settings, dn));
  return findings;
}

interface Look {
  readonly subject: string;
  readonly search: Search;
  readonly required: readonly string[];
  readonly wished: readonly string[];
}

async function checkEntries(
  connection: Connection,
  settings: DirectorySettings,
  look: Look,
): Promise<Finding> {
  const { subject } = look;
  const shown = new Set<string>();
  let count = 0;
  await searchAll(connection, look.search, pagingOf(settings), entry => {
    count += 1;
    for (const name of entry.attributes.keys()) shown.add(name);
  });
  if (count === 0) return nothing(subject, look.search);
  const isHidden = (name: string) => !shown.has(name.toLowerCase());
  const missing = look.required.filter(isHidden);
  const fix = 'Check the name in the configuration, and what the account may read.';
  if (missing.length > 0)
    return { subject, level: 'fail', message: `none of ${count} entries shows ${missing.join(', ')}`, fix };
  const absent = look.wished.filter(isHidden);
  if (absent.length > 0)
    return { subject, level: 'warn', message: `none of ${count} entries shows ${absent.join(', ')}`, fix };
  return { subject, level: 'ok', message: `${count} entries` };
}

function nothing(subject: string, { base, filter }: Search): Finding {
  const message = `no entry below ${base} matches ${filter.toString()}`;
  return { subject, level: 'fail', message, fix: 'Check base and filter, and what the account may read.' };
}

function checkMapping(connection: Connection, settings: DirectorySettings, index: number): Promise<Finding> {
  const subject = `${settings.name} mapping ${index + 1}`;
  return guarded(subject, async () => {
    const mapping = settings.mappings[index];
    if (mapping === undefined) return { subject, level: 'ok', message: 'none' };
    const mapped = mappedGroups(settings, mapping, ['1.1']);
    const outside = !isUnder(dnKey(mapped.base) ?? '', dnKey(settings.groups.baseDn) ?? '');
    if (outside)
      return { subject, level: 'fail', message: `${mapped.base} is not below groups.baseDn`, fix: MOVE };
    let count = 0;
    await searchAll(connection, mapped, pagingOf(settings), () => {
      count += 1;
    });
    return count > 0
      ? { subject, level: 'ok', message: `${count} groups for team ${mapping.team}` }
      : { ...nothing(subject, mapped), level: 'warn' };
  });
}

const MOVE = 'Only groups below groups.baseDn are read: choose a base above all mappings.';

function checkSentinel(connection: Connection, settings: DirectorySettings, dn: string): Promise<Finding> {
  const subject = `${settings.name} sentinel ${dn}`;
  return guarded(subject, async () => {
    const problem = await sentinelProblem(connection, settings, dn);
    if (problem === undefined) return { subject, level: 'ok', message: 'visible, with members' };
    return { subject, level: 'fail', message: problem, fix: 'Without it no run concludes anything.' };
  });
}

async function guarded(subject: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return { subject, level: 'fail', message: messageOf(error) };
  }
}

function search(base: string, filter: string, attributes: readonly string[]): Search {
  return { base, scope: 'sub', filter: parseFilter(filter), attributes };
}

function pagingOf({ pageSize }: DirectorySettings): PagingOptions {
  return { pageSize, referrals: 'ignore' };
}
