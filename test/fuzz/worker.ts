/** One thread of a campaign: plays inputs, and reports the start and the result of each. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { type Random, randomFrom } from '../../dev/organisation/generate/random.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { DirectoryError } from '../../src/errors.ts';
import { parseConfiguration } from './configurations.ts';
import { mutated } from './mutate.ts';
import { type Recording, settingsOf } from './recording.ts';
import { startReplay } from './replay.ts';
import { sendRequest } from './requests.ts';
import { parseAll, strangeText } from './texts.ts';

const { seed, first, count, recordings } = z
  .object({ seed: z.string(), first: z.number(), count: z.number(), recordings: z.array(z.string()) })
  .parse(workerData);
const played = recordings.map(file => JSON.parse(readFileSync(file, 'utf8')));
/** Twice as many reads as other inputs, because most bytes from outside are in them. */
const KINDS = [
  parse,
  sendRequest,
  async (random: Random) => parseConfiguration(random),
  ...Array.from({ length: 6 }, () => (random: Random) => read(random, random.pick(played))),
];

// A warning of a library may quote a secret of the configuration.
process.on('warning', warning => {
  if (warning.name === 'Warning') throw warning;
});

for (let index = first; index < first + count; index += 1) {
  parentPort?.postMessage({ index });
  const random = randomFrom(`${seed} ${index}`);
  const outcome = await random.pick(KINDS)(random);
  parentPort?.postMessage({ index, outcome });
}

async function parse(random: Random): Promise<string> {
  parseAll(strangeText(random));
  return 'parsed';
}

/** Reads a directory with one or two changed answers. */
async function read(random: Random, recording: Recording): Promise<string> {
  const all = Object.values(recording.answers).flat();
  const questions = Object.keys(recording.answers);
  const wrong = new Set([random.pick(questions), random.pick(questions)]);
  const change = (question: string, answer: Buffer) =>
    wrong.has(question) ? mutated(answer, random, Buffer.from(random.pick(all), 'base64')) : answer;
  await using replay = await startReplay(recording, change);
  const settings = settingsOf(recording, { url: replay.url, bindDn: 'cn=rollcall', bindPassword: 'secret' });
  const patience = { operationTimeoutMs: 200, runTimeoutMs: 3_000 };
  try {
    await readDirectory({ ...settings, ...patience }, { pause: () => delay(0) });
    return 'read';
  } catch (error) {
    if (error instanceof DirectoryError) return error.code;
    throw error;
  }
}
