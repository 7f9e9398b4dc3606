import { describe, expect, it } from 'vitest';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

const POST = { method: 'POST', url: '/api/config/reload', headers: ADMIN } as const;

describe('POST /api/config/reload', () => {
  it('answers the keys that changed, and passes the name of the token on', async () => {
    const by: string[] = [];
    const { app } = fixture({
      reload: async request => {
        by.push(request.by);
        return { outcome: 'applied', changed: ['log.level'] };
      },
    });
    const answer = await app.inject(POST);
    expect([answer.statusCode, answer.json()]).toEqual([200, { changed: ['log.level'] }]);
    expect(by).toEqual(['ops']);
  });

  it('answers 422 with all problems if the configuration is refused', async () => {
    const problems = ['rollcall.yaml:3 http.port: must be …', 'redis.url: restart needed'];
    const { app } = fixture({ reload: async () => ({ outcome: 'refused', problems }) });
    const answer = await app.inject(POST);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'configuration_refused', problems });
  });

  it('refuses a token that can only read', async () => {
    const { app } = fixture();
    expect((await app.inject({ ...POST, headers: VIEWER })).statusCode).toBe(403);
  });
});
