/** Everything that npm installs is what was reviewed: exact versions, each with the hash of its content. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const names = z.record(z.string(), z.string());
const manifestSchema = z.object({ dependencies: names, devDependencies: names });
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
    }),
  ),
});
const { dependencies, devDependencies } = manifestSchema.parse(
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const { '': _root, ...locked } = packages;

describe('package-lock.json', () => {
  it('has the exact versions of package.json', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(locked[`node_modules/${name}`]?.version, name).toBe(version);
  });

  it('has a SHA-512 of every package, and does not say where packages are downloaded', () => {
    const paths = Object.keys(locked);
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.filter(path => !locked[path]?.integrity?.startsWith('sha512-'))).toEqual([]);
    expect(paths.filter(path => locked[path]?.resolved !== undefined)).toEqual([]);
  });
});
