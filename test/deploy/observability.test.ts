/** The alerting rules and the dashboard use metrics that the service has, and link to sections that exist. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture } from '../support/given/http/http-server.ts';

const FOLDER = 'deploy/observability';

/** Metrics with labels, as `rollcall_groups{state}`, that a Prometheus expression of these files selects. */
function selected(text: string): string[] {
  return [...text.matchAll(/\b(rollcall_\w+)(?:\{([^}]*)\})?/g)].flatMap(([, name = '', labels = '']) => [
    name,
    ...[...labels.matchAll(/(\w+)\s*(?:=|!=|=~|!~)\s*\\?"/g)].map(([, label]) => `${name}{${label}}`),
  ]);
}

async function exposed(): Promise<Set<string>> {
  const { body } = await fixture().app.inject('/metrics');
  const samples = body.split('\n').filter(line => line.startsWith('rollcall_'));
  return new Set(samples.flatMap(line => selected(line)));
}

describe('deploy/observability', () => {
  it.each(['alerts.yaml', 'alerts.test.yaml', 'dashboard.json'])(
    '%s names only metrics and labels of /metrics',
    async file => {
      const known = await exposed();
      const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
      const names = selected(text).filter(name => !name.includes('{instance}'));
      expect(names.length).toBeGreaterThan(5);
      expect(names.filter(name => !known.has(name))).toEqual([]);
    },
  );

  it('every alert has a severity and links to a section of the operations manual', () => {
    const text = readFileSync(`${FOLDER}/alerts.yaml`, 'utf8');
    const headings = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^#+ (.+)$/gm)];
    const anchors = headings.map(
      ([, title = '']) => `docs/operations.md#${title.toLowerCase().replaceAll(' ', '-')}`,
    );
    const links = [...text.matchAll(/runbook_url: (.+)/g)].map(([, link]) => link);
    const alerts = text.match(/- alert: /g) ?? [];
    expect(links).toHaveLength(alerts.length);
    expect(text.match(/severity: (?:critical|warning|info)/g)).toHaveLength(alerts.length);
    expect(links.filter(link => !anchors.includes(link ?? ''))).toEqual([]);
  });
});
