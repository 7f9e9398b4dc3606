/** What needs an operator in one directory. */

import type { Concern } from '../../model/status/health.ts';
import type { DirectoryStatus } from '../../model/status/status.ts';

export type FoundConcern = Omit<Concern, 'level' | 'directory' | 'run' | 'waiting'> &
  Partial<Pick<Concern, 'directory' | 'run' | 'waiting'>>;

/** The concerns of one directory; usually none. */
export function directoryConcerns(directory: DirectoryStatus, now: Date): FoundConcern[] {
  const found = [
    ...readConcerns(directory, now),
    ...decisionConcerns(directory),
    ...partialConcern(directory),
    ...accountConcerns(directory, now),
  ];
  return found.map(concern => ({ directory: directory.name, ...concern }));
}

/** Whether the directory is read, and often enough. */
function readConcerns(
  { name, consecutiveFailures: failures, currentAt, freshUntil, lastRun }: DirectoryStatus,
  now: Date,
): FoundConcern[] {
  const concerns: FoundConcern[] = [];
  if (failures > 0)
    concerns.push({
      code: 'failed',
      text: `The last ${failures === 1 ? 'run' : `${failures} runs`} of ${name} failed`,
      since: currentAt,
      fix: lastRun === undefined ? 'rollcall runs' : `rollcall runs show ${lastRun.id}`,
      run: lastRun?.id,
    });
  if (freshUntil !== undefined && freshUntil <= now)
    concerns.push({
      code: 'stale',
      text: `The groups of ${name} are older than freshness allows`,
      since: freshUntil,
      fix: `rollcall sync ${name}`,
    });
  if (currentAt === undefined && failures === 0)
    concerns.push({
      code: 'never_read',
      text: `${name} was never read`,
      since: undefined,
      fix: `rollcall sync ${name}`,
    });
  return concerns;
}

/** What waits for the decision of a person. */
function decisionConcerns({ name, held, doubts, groups, linkRequests }: DirectoryStatus): FoundConcern[] {
  const waiting = held.map(({ run, digest, since, groups: count, removals }) => ({
    code: 'held' as const,
    text:
      removals === 0
        ? `Run ${run} of ${name} waits for a decision`
        : `${counted(removals, 'removal')} in ${counted(count, 'group')} of ${name} ${removals === 1 ? 'waits' : 'wait'} for a decision`,
    since,
    fix: `rollcall waiting ${digest}`,
    run,
    waiting: digest,
  }));
  const { undecided, oldestSince } = doubts;
  const { total: links, oldestSince: linkedSince } = linkRequests;
  return [
    ...waiting,
    ...onlyIf(undecided > 0, {
      code: 'doubt',
      text: `${counted(undecided, 'member')} of ${name} ${undecided === 1 ? 'stays' : 'stay'} in doubt`,
      since: oldestSince,
      fix: `rollcall doubts ${name}`,
    }),
    ...onlyIf(links > 0, {
      code: 'link',
      text: `${links === 1 ? '1 person' : `${links} people`} of ${name} ${links === 1 ? 'waits' : 'wait'} to be linked to ${links === 1 ? 'a user' : 'users'}`,
      since: linkedSince,
      fix: `rollcall users links --waiting --directory ${name}`,
    }),
    ...onlyIf(groups.conflict > 0, {
      code: 'conflict',
      text: `${counted(groups.conflict, 'group')} of ${name} ${groups.conflict === 1 ? 'is' : 'are'} in conflict`,
      since: undefined,
      fix: 'rollcall groups --state conflict',
    }),
  ];
}

/** What the last run could not read or write. The other groups are synced. */
function partialConcern({ name, lastRun, unreadable }: DirectoryStatus): FoundConcern[] {
  const counts = lastRun?.status === 'partial' ? lastRun.counts : {};
  const failed = counts.applied?.failed ?? 0;
  const refused = counts.refused?.users ?? 0;
  if (failed + refused + unreadable === 0) return [];
  const parts = [
    ...(unreadable > 0 ? [`${counted(unreadable, 'group')} of ${name} could not be read`] : []),
    ...(failed > 0 ? [`${counted(failed, 'group')} of ${name} could not be written`] : []),
    ...(refused > 0 ? [`${counted(refused, 'new user')} of ${name} could not be created`] : []),
  ];
  const fix = lastRun === undefined ? 'rollcall runs' : `rollcall runs show ${lastRun.id}`;
  return [{ code: 'partial', text: parts.join(', '), since: undefined, fix, run: lastRun?.id }];
}

/** What the connection to the directory and its configuration need. */
function accountConcerns(
  { name, watch, unnamed, passwordExpiresAt: expires }: DirectoryStatus,
  now: Date,
): FoundConcern[] {
  return [
    ...onlyIf(watch !== undefined && watch.mechanism === undefined, {
      code: 'not_followed',
      text: `Changes of ${name} are not followed`,
      since: watch?.changedAt,
      fix: watch?.problem ?? 'read the log of the processes with the role worker',
    }),
    ...onlyIf(unnamed > 0, {
      code: 'no_usernames',
      text: `No person of ${name} shows the attribute users.username: no new person becomes a member`,
      since: undefined,
      fix: 'correct users.username, or let the bind account read that attribute',
    }),
    ...onlyIf(expires !== undefined, {
      code: 'password',
      text: `The password of the bind account of ${name} ${expires && expires <= now ? 'has expired' : `expires on ${expires?.toISOString().slice(0, 10)}`}`,
      since: undefined,
      fix: 'set a new password',
    }),
  ];
}

function onlyIf(condition: boolean, concern: FoundConcern): FoundConcern[] {
  return condition ? [concern] : [];
}

/** "1 group", "1,204 groups". */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}
