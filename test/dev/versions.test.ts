/** A release has one version: everything that names it agrees, also between releases. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { versionProblems } from '../../dev/build/versions.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const named = () => ({
  program: JSON.parse(read('package.json')).version,
  chart: parse(read('deploy/helm/Chart.yaml')),
});

describe('versionProblems', () => {
  it('finds no problem in this checkout, apart from its changelog, which may be ahead', () => {
    const versions = named();
    expect(versionProblems({ ...versions, changelog: `## ${versions.program}` })).toEqual([]);
  });

  it('names every place with another version', () => {
    const chart = { version: '0.1.9', appVersion: '0.2.0' };
    const changelog = '# Changelog\n\n## Unreleased\n\n## 0.2.0\n';
    expect(versionProblems({ program: '0.2.0', chart, changelog })).toEqual([
      'package.json has version 0.2.0, but version in deploy/helm/Chart.yaml has 0.1.9',
      'package.json has version 0.2.0, but the first heading of CHANGELOG.md has Unreleased',
    ]);
  });
});
