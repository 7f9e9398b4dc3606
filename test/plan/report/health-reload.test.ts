import { expect, it } from 'vitest';
import type { ServiceProcess } from '../../../src/model/status/health.ts';
import { healthOf } from '../../../src/plan/report/health.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const AT = new Date('2026-03-01T11:57:00.000Z');
const REFUSED: ServiceProcess = {
  name: 'a:1',
  roles: ['scheduler', 'worker', 'http'],
  version: '1',
  startedAt: AT,
  seenAt: NOW,
  state: 'alive',
  loadedAt: AT,
  configDigest: 'a',
  lastReload: { at: AT, by: 'SIGHUP', changed: [], problems: ['http.port: restart needed'] },
};

function health(...processes: readonly ServiceProcess[]) {
  const nothing = { directories: [], abandoned: [], webhooks: [], obstacle: undefined, queueAnswers: true };
  return healthOf({ ...nothing, processes }, NOW);
}

it('needs attention while the file of the configuration is not what runs', () => {
  expect(health(REFUSED)).toMatchObject({
    level: 'attention',
    since: AT,
    concerns: [{ code: 'not_reloaded' }],
  });
  const alive = { ...REFUSED, lastReload: undefined };
  expect(health(alive, { ...REFUSED, state: 'stopped' })).toMatchObject({ level: 'good' });
});

it('needs attention while a process uses an older configuration than another', () => {
  const older: ServiceProcess = { ...REFUSED, roles: ['worker'], lastReload: undefined };
  const newer: ServiceProcess = { ...older, roles: ['scheduler', 'http'], loadedAt: NOW, configDigest: 'b' };
  expect(health(older, newer)).toMatchObject({
    text: 'A process (worker) uses an older configuration',
    since: NOW,
    concerns: [{ code: 'older_configuration', level: 'attention' }],
  });
  expect(health(older, { ...newer, configDigest: 'a' })).toMatchObject({ level: 'good' });
  expect(health({ ...older, state: 'stopped' }, newer, newer)).not.toMatchObject({
    concerns: [{ code: 'older_configuration' }],
  });
});
