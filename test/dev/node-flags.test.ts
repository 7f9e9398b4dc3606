import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { nodeFlags } from '../../bin/node-flags.js';

describe("Node's flags", () => {
  it.each([
    ['bin/rollcall.js', '#!'],
    ['Dockerfile', 'ENTRYPOINT'],
  ])('are in %s as in bin/node-flags.js', async (file, start) => {
    const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    const line = text.split('\n').find(each => each.startsWith(start));
    expect(line?.match(/--[a-z0-9-]+=\d+/g)).toEqual(nodeFlags);
  });
});
