/** A process that follows a directory: over a network that goes silent, behind an address of two servers, and under load. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { machineSlowness, until } from '../../support/observe/until.ts';
import { startTcpProxy } from '../../support/proxies/tcp-proxy.ts';
import { follow } from './follow.ts';

const GROUPS = { devs: ['alice'] };
const ADD_BOB = { add: { member: [personDn('bob')] } };

/** Follows until the stack is disposed; resolves when everything is current. */
async function followed(company: Company, stack: AsyncDisposableStack): Promise<void> {
  const stopping = new AbortController();
  const ended = follow(company, stopping.signal);
  stack.defer(() => ended);
  stack.defer(() => stopping.abort());
  await until('it is current', async () => (await company.status()).currentAt !== undefined);
}

const isIn = (company: Company) => async () => (await company.members())['platform/devs']?.includes('bob');

describe('a process that follows a directory', () => {
  it('says within three seconds that the connection is silent, and the next schedule has everything', async () => {
    await using stack = new AsyncDisposableStack();
    const company = stack.use(await openCompany({ groups: GROUPS, settings: { live: 'auto' } }));
    const proxy = stack.use(await startTcpProxy(company.ldap.port));
    const { settings } = company;
    company.settings = { ...settings, urls: [`ldap://127.0.0.1:${proxy.port}`] };
    await followed(company, stack);
    expect((await company.status()).watch?.problem).toBeUndefined();
    proxy.freeze();
    const frozenAt = Date.now();
    company.ldap.modify(groupDn('devs'), ADD_BOB);
    const { currentAt, watch } = await until(
      'the status says it',
      async () => {
        const status = await company.status();
        return status.watch?.problem !== undefined && status;
      },
      3_000,
    );
    expect(watch?.problem).toBe('the server does not answer');
    expect(currentAt?.getTime()).toBeLessThan(frozenAt);
    company.settings = settings;
    await company.sync();
    expect(await isIn(company)()).toBe(true);
  });

  it('reads what changed from the server that reported it, if an address leads to several servers', async () => {
    await using stack = new AsyncDisposableStack();
    const company = stack.use(await openCompany({ groups: GROUPS, settings: { live: 'auto' } }));
    const other = stack.use(await openCompany({ groups: GROUPS }));
    const { port } = company.ldap;
    // The watch and the first run have four connections. All later ones would lead to the other server.
    const ports = [port, port, port, port, ...Array<number>(9).fill(other.ldap.port)];
    const proxy = stack.use(await startTcpProxy(ports));
    company.settings = { ...company.settings, urls: [`ldap://127.0.0.1:${proxy.port}`] };
    await followed(company, stack);
    company.ldap.modify(groupDn('devs'), ADD_BOB);
    await until('bob is in', isIn(company));
    expect(proxy.passages).toHaveLength(4);
    expect(other.ldap.requests).toEqual([]);
  });

  it('lets a queued run of the whole directory start within a second under a hundred changes a second', async () => {
    await using stack = new AsyncDisposableStack();
    const company = stack.use(await openCompany({ groups: GROUPS, settings: { live: 'auto' } }));
    await followed(company, stack);
    let changes = 0;
    const load = setInterval(() => {
      const isOut = changes % 2 === 0;
      company.ldap.modify(groupDn('devs'), isOut ? ADD_BOB : { delete: ADD_BOB.add });
      changes += 1;
    }, 10);
    stack.defer(() => clearInterval(load));
    await until('bob is in', isIn(company));
    const id = await company.request();
    await until('the run has ended', async () => (await company.begin(id)) === 'done' || delay(10, false));
    const { queuedAt, startedAt } = await company.run(id);
    const waitedMs = (startedAt?.getTime() ?? Number.NaN) - queuedAt.getTime();
    expect(waitedMs).toBeLessThan(1_000 * machineSlowness());
    expect(changes).toBeGreaterThan(2);
  });
});
