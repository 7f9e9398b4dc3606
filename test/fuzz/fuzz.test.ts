/** CONTRIBUTING.md says how to play for longer, and how to repeat one input. */
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { play } from './campaign.ts';
import { type Recording, settingsOf } from './recording.ts';
import { startReplay } from './replay.ts';

const recordings = globSync('test/fixtures/answers/*.json').toSorted();
const seconds = Number(process.env['ROLLCALL_FUZZ_SECONDS'] ?? 0);
const seed = process.env['ROLLCALL_FUZZ_SEED'] ?? 'rollcall';

it.each(recordings)('%s is read from its recording', async file => {
  const recording: Recording = JSON.parse(readFileSync(file, 'utf8'));
  await using replay = await startReplay(recording, (_, answer) => answer);
  const settings = settingsOf(recording, { url: replay.url, bindDn: 'cn=rollcall', bindPassword: 'secret' });
  const { users, groups } = await readDirectory(settings);
  expect(users).toHaveLength(6);
  expect(groups.length).toBeGreaterThan(1);
  for (const { members } of groups) expect(members.kind).toBe('complete');
});

it(
  'with any changed answer, reads and parsers end complete or with an error, in bounded time and memory (G59)',
  async () => {
    const length = seconds > 0 ? { seconds } : { inputs: 600 };
    const { played, ends, failure } = await play({ seed, recordings, ...length });
    process.stdout.write(`seed ${seed}: ${played} inputs, ${JSON.stringify(ends)}\n`);
    expect(failure).toBeUndefined();
    expect(ends).toMatchObject({ malformed: expect.any(Number), read: expect.any(Number) });
  },
  (seconds + 120) * 1_000,
);

it.each([
  ['never ends', 'for (;;);', /input -1 of seed x: did not end within 0.5 s/],
  ['takes all memory', 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));', /MiB of memory/],
  ['throws', 'throw new TypeError("no");', /TypeError: no/],
])('an input that %s is detected (G59)', async (what, program, reason) => {
  const worker = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  const startMs = what === 'never ends' ? 500 : 15_000;
  const { failure } = await play({ seed: 'x', recordings: [], worker, startMs });
  expect(failure).toMatch(reason);
});
