/** The alerting rules, checked and played by Prometheus' own tool. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPromtool } from '../../dev/install/promtool.ts';
import { requireProgram } from '../../dev/servers/programs.ts';

async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(requireProgram('promtool').path, args);
  return stdout;
}

describe('deploy/observability/alerts.yaml', () => {
  beforeAll(() => installPromtool());

  it('has rules that Prometheus accepts', async () => {
    expect(await promtool('check', 'rules', 'deploy/observability/alerts.yaml')).toContain('SUCCESS');
  });

  it('reports what an operator must know, and nothing while all is well', async () => {
    expect(await promtool('test', 'rules', 'deploy/observability/alerts.test.yaml')).toContain('SUCCESS');
  });
});
