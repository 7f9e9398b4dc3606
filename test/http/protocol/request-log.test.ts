/** The log has one line for each request, without personal data. */
import { describe, expect, it } from 'vitest';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

/** The request lines without their variable parts. */
function requests(lines: readonly string[]) {
  return lines
    .map(line => JSON.parse(line))
    .filter(line => line.msg === 'request')
    .map(({ level, method, route, status, caller }) => ({ level, method, route, status, caller }));
}

describe('the log', () => {
  it('has one line for each request with route, status and token name; probes at debug', async () => {
    const { app, lines } = fixture();
    await app.inject('/livez');
    await app.inject({ url: '/api/runs/7', headers: VIEWER });
    await app.inject('/api/runs');
    expect(requests(lines)).toEqual([
      { level: 'debug', method: 'GET', route: '/livez', status: 200, caller: undefined },
      { level: 'info', method: 'GET', route: '/api/runs/:id', status: 200, caller: 'grafana' },
      { level: 'info', method: 'GET', route: '/api/runs', status: 401, caller: undefined },
    ]);
  });

  it('contains no query, unknown path, secret or group', async () => {
    const { app, lines } = fixture();
    await app.inject({ url: '/api/runs?directory=lovelace', headers: VIEWER });
    await app.inject({ url: '/people/lovelace', headers: VIEWER });
    await app.inject({ url: '/api/runs/lovelace', headers: VIEWER });
    await app.inject({ url: '/api/status', headers: { authorization: 'Bearer lovelace' } });
    await app.inject({
      method: 'POST',
      url: '/api/runs',
      headers: ADMIN,
      payload: { directory: 'corp', group: 'lovelace' },
    });
    expect(requests(lines)).toHaveLength(5);
    expect(lines.join('')).not.toMatch(/lovelace|secret/);
  });

  it('says which token requested which run', async () => {
    const { app, lines } = fixture();
    await app.inject({ method: 'POST', url: '/api/runs', headers: ADMIN, payload: { directory: 'corp' } });
    const asked = lines.map(line => JSON.parse(line)).find(line => line.msg === 'run requested');
    expect(asked).toMatchObject({ run: 8, directory: 'corp', mode: 'apply', created: true, caller: 'ops' });
  });
});
