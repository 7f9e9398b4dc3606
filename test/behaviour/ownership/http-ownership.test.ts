/** The routes that adopt, release, freeze and resync groups: previews, digests, refusals and roles. */
import { describe, expect, it } from 'vitest';
import { DirectoryError, RefusedError } from '../../../src/errors.ts';
import type {
  AdoptFrom,
  DirectoryGroupFilter,
  OwnershipOperations,
} from '../../../src/model/operations/ownership.ts';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import { ADOPTION, LISTED, ownershipAnswers } from '../../support/given/http/ownership-answers.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

const QUEUED = { ...RUN, id: 8, status: 'queued' as const };
const { digest } = ADOPTION;

function open(more: Partial<OwnershipOperations> = {}) {
  const { app, lines } = fixture({ ownership: { ...ownershipAnswers(QUEUED), ...more } });
  const post = (action: string, payload?: object, headers: Readonly<Record<string, string>> = ADMIN) =>
    app.inject({ method: 'POST', url: `/api/groups/3/${action}`, headers, ...(payload && { payload }) });
  const get = (url: string) => app.inject({ url: `/api/directories/${url}`, headers: VIEWER });
  return { post, get, lines };
}

describe('POST /api/groups/{id}/adopt', () => {
  it('answers 200 with a preview if no digest is given, and changes nothing (A10)', async () => {
    const asked: AdoptFrom[] = [];
    const { post } = open({
      previewAdoption: async (_, from) => {
        asked.push(from);
        return ADOPTION;
      },
      adopt: async () => expect.unreachable(),
    });
    const source = 'cn=eng,ou=groups,dc=example,dc=com';
    const answer = await post('adopt', { reason: 'HR keeps it', source });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ digest, add: ['ada.lovelace'], remove: ['mallory'] });
    expect(asked).toEqual([{ source }]);
  });

  it('answers 202 with the run that updates the members if the digest is that of the preview (A10)', async () => {
    const acts: object[] = [];
    const { post, lines } = open({
      adopt: async (id, _, act) => {
        acts.push({ id, ...act });
        return QUEUED;
      },
    });
    const answer = await post('adopt', { reason: 'HR keeps it', digest });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe('/api/runs/8');
    expect(acts).toEqual([{ id: 3, by: 'ops', reason: 'HR keeps it', digest }]);
    expect(lines.join('')).toContain('"msg":"group adopted"');
    expect(lines.join('')).not.toContain('ada.lovelace');
  });

  it.each([
    ['plan_changed', 409],
    ['managed_group', 409],
    ['source_refused', 409],
    ['directory_not_configured', 409],
    ['unknown_group', 404],
    ['unknown_source', 404],
  ] as const)('answers %s with %i', async (code, status) => {
    const refuse = async () => {
      throw new RefusedError(code, 'look at it again');
    };
    const { post } = open({ previewAdoption: refuse, adopt: refuse });
    for (const payload of [{ reason: 'x' }, { reason: 'x', digest }]) {
      const answer = await post('adopt', payload);
      expect(answer.json()).toMatchObject({ status, code, detail: 'Look at it again.' });
    }
  });

  it('answers 503 when the directory cannot be read', async () => {
    const { post } = open({
      previewAdoption: async () => {
        throw new DirectoryError('unreachable', 'ldaps://ldap1.example.com does not answer');
      },
    });
    expect((await post('adopt', { reason: 'x' })).json()).toMatchObject({
      status: 503,
      code: 'directory_unavailable',
    });
  });

  it.each([
    [{}, '/reason'],
    [{ reason: '' }, '/reason'],
    [{ reason: '  ' }, '/reason'],
    [{ reason: 'x', digest: 'no' }, '/digest'],
    [{ reason: 'x', managed: true }, ''],
  ])('answers 400 for %j', async (payload, path) => {
    const answer = await open().post('adopt', payload);
    expect(answer.json()).toMatchObject({ status: 400, issues: [{ in: 'body', path }] });
  });
});

describe('POST /api/groups/{id}/release, freeze, unfreeze, resync', () => {
  it('release takes `members` to keep or drop them (B12)', async () => {
    const acts: object[] = [];
    const { post } = open({
      release: async (id, act) => {
        acts.push({ id, ...act });
        return ownershipAnswers(QUEUED).release(id, act);
      },
    });
    expect((await post('release', { reason: 'sold' })).json()).toMatchObject({
      managed: false,
      state: 'manual',
    });
    await post('release', { reason: 'sold', empty: true });
    expect(acts).toEqual([
      { id: 3, by: 'ops', reason: 'sold', empty: false },
      { id: 3, by: 'ops', reason: 'sold', empty: true },
    ]);
  });

  it('freeze and unfreeze answer with the group', async () => {
    const { post } = open();
    expect((await post('freeze', { reason: 'INC-7' })).json()).toMatchObject({ id: 3, frozen: true });
    expect((await post('unfreeze', { reason: 'over' })).json()).toMatchObject({ id: 3, frozen: false });
  });

  it('resync answers 202 with the run', async () => {
    const answer = await open().post('resync');
    expect([answer.statusCode, answer.headers.location]).toEqual([202, '/api/runs/8']);
  });

  it.each([
    ['release', 'not_managed'],
    ['freeze', 'not_managed'],
    ['unfreeze', 'not_frozen'],
    ['resync', 'frozen_group'],
  ] as const)('%s answers %s with 409', async (action, code) => {
    const refuse = async () => {
      throw new RefusedError(code, 'not now');
    };
    const { post } = open({ [action]: refuse });
    const payload = action === 'resync' ? undefined : { reason: 'x' };
    expect((await post(action, payload)).json()).toMatchObject({ status: 409, code });
  });

  it.each(['adopt', 'release', 'freeze', 'unfreeze', 'resync'])('%s is for admins', async action => {
    const answer = await open().post(action, { reason: 'x' }, VIEWER);
    expect(answer.json()).toMatchObject({ status: 403, code: 'admin_required' });
  });
});

describe('GET /api/directories/{name}/groups and /unresolved', () => {
  it('shows every state with its remedy, page by page', async () => {
    const filters: DirectoryGroupFilter[] = [];
    const { get } = open({
      listGroups: async (_, filter) => {
        filters.push(filter);
        return { items: [LISTED], next: ['ops', LISTED.externalId] };
      },
    });
    const first = (await get('corp/groups?state=conflict&search=ops&limit=1')).json();
    expect(first.items).toEqual([LISTED]);
    await get(`corp/groups?cursor=${first.next}`);
    expect(filters).toEqual([
      { state: 'conflict', search: 'ops', limit: 1, after: undefined },
      { limit: 50, after: ['ops', LISTED.externalId] },
    ]);
  });

  it('shows unresolved members', async () => {
    const { items, next } = (await open().get('corp/unresolved')).json();
    expect(items).toMatchObject([{ reason: 'no_local_user', wayOut: 'Create the account.' }]);
    expect(next).toBeNull();
  });

  it.each([
    ['none/groups', 404, 'unknown_directory'],
    ['none/unresolved', 404, 'unknown_directory'],
    ['corp/groups?state=lost', 400, 'invalid_request'],
    ['corp/groups?cursor=x', 400, 'invalid_request'],
    ['corp/unresolved?limit=0', 400, 'invalid_request'],
  ])('answers %s with %i %s', async (url, status, code) => {
    expect((await open().get(url)).json()).toMatchObject({ status, code });
  });
});
