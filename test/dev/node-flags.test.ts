/** All ways to start Rollcall give Node.js the same flags. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { nodeFlags } from '../../bin/node-flags.js';

describe("Node's flags", () => {
  it('are in the first line of bin/rollcall.js as in bin/node-flags.js', async () => {
    const text = await readFile(new URL('../../bin/rollcall.js', import.meta.url), 'utf8');
    const [line] = text.split('\n');
    expect(line?.match(/--[a-z0-9-]+=\d+/g)).toEqual(nodeFlags);
  });
});
