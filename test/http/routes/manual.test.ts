/** Manual groups are created, changed and deleted over HTTP, and `managed` cannot be set. */
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/errors.ts';
import type { GroupOperations } from '../../../src/model/operations/groups.ts';
import { ACCESS, GROUP, MANUAL } from '../../support/given/http/access-answers.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

const CREATE = { method: 'POST', url: '/api/teams/platform/groups', headers: ADMIN } as const;
const PATCH = { method: 'PATCH', url: '/api/groups/3', headers: ADMIN } as const;
const DELETE = { method: 'DELETE', url: '/api/groups/3', headers: ADMIN } as const;

function openApi(manual: Partial<GroupOperations> = {}) {
  return fixture({ manual: { ...MANUAL, ...manual } });
}

async function etag(app: ReturnType<typeof openApi>['app']): Promise<string> {
  const answer = await app.inject({ url: '/api/groups/3', headers: VIEWER });
  return String(answer.headers.etag);
}

describe('POST /api/teams/{slug}/groups', () => {
  it('answers 201 with the Location of the group, which is never managed (R10)', async () => {
    const { app, lines } = openApi();
    const answer = await app.inject({ ...CREATE, payload: { name: 'API Team' } });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toMatchObject({ location: '/api/groups/3', etag: expect.stringMatching(/^"/) });
    expect(answer.json()).toMatchObject({ name: 'API Team', type: 50, managed: false });
    expect(lines.join('')).toContain('"msg":"group created"');
    expect(lines.join('')).not.toContain('API Team');
  });

  it.each([CREATE, PATCH])('$method with managed in its body is 400 for any value (R10)', async request => {
    for (const managed of [true, false, null]) {
      const answer = await openApi().app.inject({ ...request, payload: { name: 'x', managed } });
      expect(answer.json()).toMatchObject({ status: 400, code: 'unknown_field' });
      expect(answer.json().detail).toContain('/adopt');
    }
  });

  it('no query parameter sets managed (R10)', async () => {
    const answer = await openApi().app.inject({
      ...CREATE,
      url: `${CREATE.url}?managed=true`,
      payload: { name: 'x' },
    });
    expect(answer.json()).toMatchObject({ managed: false });
  });

  it('a name has 64 code points, and each emoji is one (model D2, A2)', async () => {
    const { app } = openApi();
    const named = (name: string) => app.inject({ ...CREATE, payload: { name } });
    expect((await named('🚀'.repeat(64))).statusCode).toBe(201);
    expect((await named('🚀'.repeat(65))).json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      issues: [{ path: '/name', message: 'at most 64 characters' }],
    });
  });

  it.each(['', 'a\u0000b', 'a\nb', 7, null])('refuses the name %j', async name => {
    const answer = await openApi().app.inject({ ...CREATE, payload: { name } });
    expect(answer.json()).toMatchObject({ status: 400, issues: [{ in: 'body', path: '/name' }] });
  });

  it.each([100, 25, -1, '50', 'owner'])('a user cannot choose the level %j (model D8, R8)', async type => {
    const answer = await openApi().app.inject({ ...CREATE, payload: { name: 'x', type } });
    expect(answer.json()).toMatchObject({ status: 400, issues: [{ in: 'body', path: '/type' }] });
  });

  it.each([
    ['name_taken', 409],
    ['unknown_team', 404],
    ['name_invalid', 400],
  ] as const)('answers the refusal %s with %i (model D3)', async (code, status) => {
    const createGroup = async () => {
      throw new RefusedError(code, 'team "platform" already has a group "x"');
    };
    const answer = await openApi({ createGroup }).app.inject({ ...CREATE, payload: { name: 'x' } });
    expect(answer.json()).toMatchObject({ status, code, detail: 'Team "platform" already has a group "x".' });
  });
});

describe('If-Match', () => {
  it.each([PATCH, DELETE])(
    '$method changes the version that the caller read, and records the token',
    async request => {
      const asked: unknown[] = [];
      const { app } = openApi({
        changeGroup: async (...args) => {
          asked.push(args.slice(2));
          return GROUP;
        },
        deleteGroup: async (_, ...args) => void asked.push(args),
      });
      const payload = request.method === 'PATCH' ? { payload: { type: 0 } } : {};
      const tags = ['"other"', await etag(app)].join(', ');
      const answer = await app.inject({ ...request, ...payload, headers: { ...ADMIN, 'if-match': tags } });
      expect(answer.statusCode).toBeLessThan(300);
      expect(asked).toEqual([['ops', GROUP]]);
    },
  );

  it.each([PATCH, DELETE])('$method answers 412 if the group has changed since', async request => {
    const payload = request.method === 'PATCH' ? { payload: { type: 0 } } : {};
    for (const tag of ['"other"', `W/${await etag(openApi().app)}`]) {
      const headers = { ...ADMIN, 'if-match': tag };
      const answer = await openApi().app.inject({ ...request, ...payload, headers });
      expect(answer.json()).toMatchObject({ status: 412, code: 'precondition_failed' });
    }
  });

  it('with * and without it accepts any version', async () => {
    const { app } = openApi();
    for (const more of [{}, { 'if-match': '*' }]) {
      const answer = await app.inject({ ...DELETE, headers: { ...ADMIN, ...more } });
      expect(answer.statusCode).toBe(204);
      expect(answer.body).toBe('');
    }
  });

  it('the ETag changes with every field', async () => {
    const before = await etag(openApi().app);
    expect(await etag(openApi().app)).toBe(before);
    const { app } = fixture({ access: { ...ACCESS, getGroup: async () => ({ ...GROUP, members: 13 }) } });
    expect(await etag(app)).not.toBe(before);
  });
});

describe('members and projects', () => {
  it.each([
    ['PUT', '/api/groups/3/members/carol', 'addMember', 'carol'],
    ['DELETE', '/api/groups/3/members/carol', 'removeMember', 'carol'],
    ['PUT', '/api/groups/3/projects/api', 'assignProject', 'api'],
    ['DELETE', '/api/groups/3/projects/api', 'unassignProject', 'api'],
  ] as const)('%s %s is 204, logged without a name of a person', async (method, url, change, what) => {
    const asked: unknown[] = [];
    const { app, lines } = openApi({ [change]: async (...args: unknown[]) => void asked.push(args) });
    const answer = await app.inject({ method, url, headers: ADMIN });
    expect(answer.statusCode).toBe(204);
    expect(asked).toEqual([[3, what, 'ops']]);
    expect(lines.join('')).not.toContain('carol');
  });

  it.each(['managed_members', 'unknown_user', 'unknown_group'] as const)(
    'answers the refusal %s',
    async code => {
      const addMember = async () => {
        throw new RefusedError(code, 'the members of "eng" are maintained by directory sync');
      };
      const request = { method: 'PUT', url: '/api/groups/3/members/carol', headers: ADMIN } as const;
      const answer = await openApi({ addMember }).app.inject(request);
      expect(answer.json()).toMatchObject({ code, status: code === 'managed_members' ? 409 : 404 });
    },
  );

  it('the paths have no GET', async () => {
    for (const url of ['/api/groups/3/members/carol', '/api/groups/3/projects/api']) {
      const answer = await openApi().app.inject({ url, headers: ADMIN });
      expect(answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
      expect(answer.headers.allow).toBe('DELETE, PUT');
    }
  });
});
