/** `rollcall config reload`: asks the processes of the service to reload their configurations. */
import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '../../errors.ts';
import type { Settings } from '../../model/settings.ts';
import { type ReloadAnswer, reloadAnswers, requestReloads } from '../../store/status/configuration.ts';
import { openRecords } from '../operations/database.ts';

const POLL_MS = 250;

/** Answers of all processes that are alive; `answers` is undefined for one that does not answer within the time. */
export interface RequestedReload {
  readonly process: string;
  readonly answer: ReloadAnswer | undefined;
}

/** Throws UnavailableError if no process is alive, or if the database does not answer. */
export async function reloadProcesses(
  settings: Settings,
  { by, waitMs }: { readonly by: string; readonly waitMs: number },
): Promise<RequestedReload[]> {
  await using records = await openRecords(settings);
  const { db } = records;
  const request = await requestReloads(db, by);
  if (request.processes.length === 0)
    throw new UnavailableError('no process of the service with a configuration is alive');
  const until = Date.now() + waitMs;
  let answers = await reloadAnswers(db, request);
  while (answers.length < request.processes.length && Date.now() < until) {
    await pause(POLL_MS);
    answers = await reloadAnswers(db, request);
  }
  return request.processes.map(({ name }) => ({
    process: name,
    answer: answers.find(({ process }) => process === name),
  }));
}
