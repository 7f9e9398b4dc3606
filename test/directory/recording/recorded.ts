/** Records reads in memory, as a snapshot file keeps them. */

import { recordReads } from '../../../src/directory/recording/record-reads.ts';
import { loadRecording, type Recording } from '../../../src/directory/recording/recording.ts';
import type { Read } from '../../../src/directory/recording/replay.ts';

/** The first line of a file. */
export const HEADER = {
  rollcall: 'snapshot',
  format: 1,
  version: '0.0.0',
  savedAt: '2026-01-01T00:00:00.000Z',
  directory: 'corp',
  vendor: 'auto',
  users: { baseDn: 'dc=test' },
  groups: { baseDn: 'dc=test' },
  configuration: '',
};

/** Runs `work` with a reader that is recorded. */
export async function recorded<T>(
  work: (read: Read) => Promise<T>,
  clock: () => number = () => Date.now(),
): Promise<{ readonly result: T; readonly lines: readonly string[]; readonly recording: Recording }> {
  const lines: object[] = [HEADER];
  const read = recordReads(some => void lines.push(...some), clock);
  const result = await work(read);
  const texts = [...lines, { end: { entries: 0 } }].map(line => JSON.stringify(line));
  return { result, lines: texts, recording: await recordingOf(texts) };
}

/** The recording in the lines of a file. */
export function recordingOf(lines: readonly string[]): Promise<Recording> {
  return loadRecording(each(lines));
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
