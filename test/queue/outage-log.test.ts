/** An outage is logged once when it starts and once when it ends. */
import { expect, it } from 'vitest';
import { watchOutage } from '../../src/queue/outage-log.ts';
import { listen } from '../support/given/queue/queue.ts';

const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });

it('logs once that a server is unavailable and once that it is back', () => {
  const { log, lines } = listen();
  const outage = watchOutage('Redis at r:6379', 'tasks wait', log, () => 0);
  outage.over();
  for (let attempt = 0; attempt < 5; attempt++) outage.seen(refused);
  outage.over();
  outage.over();
  outage.seen(refused);

  expect(lines.all.map(({ level, msg }) => [level, msg])).toEqual([
    [50, 'Redis at r:6379 does not answer; tasks wait until it does'],
    [30, 'Redis at r:6379 answers again'],
    [50, 'Redis at r:6379 does not answer; tasks wait until it does'],
  ]);
  expect(lines.all[0]).toMatchObject({ reason: 'ECONNREFUSED' });
});

it('counts an error after a minute without errors as a new outage, and an earlier one as the same', () => {
  const { log, lines } = listen();
  let now = 0;
  const outage = watchOutage('PostgreSQL', 'tasks wait', log, () => now);
  for (now of [0, 59_000, 118_000, 178_000]) outage.seen(new Error('terminated'));

  expect(lines.all).toHaveLength(2);
});

it('does not count a lock that one task lost as an outage', () => {
  const { log, lines } = listen();
  const outage = watchOutage('PostgreSQL', 'tasks wait', log);
  outage.seen(new Error('could not renew lock for job run-5-batch-3'));
  outage.seen(new Error('Missing lock for job run-5. moveToFinished'));

  expect(lines.all.map(({ level }) => level)).toEqual([40, 40]);
});
