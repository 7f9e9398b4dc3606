/** How long runs and audit rows are kept. */
import { expect, it } from 'vitest';
import { configText, loadText, problemsOf } from '../support/config.ts';

const DAY_MS = 86_400_000;

it('runs are kept for 400 days and the audit for ever by default', async () => {
  const { settings } = await loadText(configText());
  expect(settings.retention).toEqual({ runsMs: 400 * DAY_MS, auditMs: undefined });
});

it('both can be set in days or to forever', async () => {
  const text = configText(['http:', 'retention: { runs: forever, audit: 3650d }\nhttp:']);
  const { settings } = await loadText(text);
  expect(settings.retention).toEqual({ runsMs: undefined, auditMs: 3_650 * DAY_MS });
});

it.each([
  ['audit: 29d', 'audit', 'at least 30d', '"29d"'],
  ['runs: 0d', 'runs', 'at least 1d', '"0d"'],
  ['runs: 5h', 'runs', 'at least 1d', '"5h"'],
])('%s is refused, with what is allowed', async (given, key, least, quoted) => {
  const text = configText(['http:', `retention: { ${given} }\nhttp:`]);
  expect(await problemsOf(text)).toEqual([
    `rollcall.yaml:3 retention.${key}: must be a number of days such as 400d, ${least}, or forever, not ${quoted}`,
  ]);
});
