/** Explanations of a real sync: for members, and for other users with what is missing. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../../src/app/operations/access.ts';
import { manualOf } from '../../../src/app/operations/groups.ts';
import type { Explanation } from '../../../src/model/access.ts';
import type { AccessOperations } from '../../../src/model/operations/access.ts';
import { type Company, groupDn, openCompany, personDn } from '../../support/given/company.ts';
import { groupId, rowsOf } from '../../support/given/saved-plan.ts';

let company: Company;
let access: AccessOperations;

beforeAll(async () => {
  company = await openCompany({
    people: ['alice', 'bob', 'svc-bot', 'ghost'],
    local: ['alice', 'bob', 'svc-bot', 'carol', 'dora'],
    groups: { eng: ['alice', 'ghost', 'svc-bot'], ops: ['bob'] },
    settings: { protect: ['svc-*'] },
  });
  await company.sync();
  const { db } = company;
  const manual = manualOf(db);
  const { id } = await manual.createGroup({ team: 'platform', name: 'friends', type: 50 }, 'ops');
  await manual.addMember(id, 'carol', 'ops');
  await manual.assignProject(id, 'api', 'ops');
  await manual.assignProject(await groupId(db, 'eng'), 'api', 'ops');
  await rowsOf(
    db,
    sql`insert into team_member (team_id, user_id, is_active) select 1, id, username = 'dora' from auth_user where username in ('bob', 'dora')`,
  );
  await rowsOf(db, sql`update project set status = 1 where slug = 'web'`);
  access = accessOf({ db, current: { settings: { directories: [company.settings] } } });
});
afterAll(() => company[Symbol.asyncDispose]());

const explain = (user: string, what: { group: string } | { project: string }, live = false) =>
  access.explain({ user, team: 'platform', ...what }, { live });
const texts = ({ steps }: Explanation) => steps.map(({ ok, text }) => `${ok ? 'yes' : 'no'}: ${text}`);

describe('why a user is in a group', () => {
  it('names the directory group, the mapping, the entry of the user, and the run that added the user', async () => {
    const answer = await explain('alice', { group: 'eng' }, true);
    expect(answer).toMatchObject({ answer: true, runId: 1, since: expect.any(Date), missing: [] });
    expect(texts(answer)).toEqual([
      'yes: alice is an active local user',
      'yes: platform/eng: directory corp owns its members; level user on api',
      `yes: corp: "${groupDn('eng')}" by mapping platform/{cn} is linked`,
      `yes: in corp, alice is "${personDn('alice')}" (matched by username)`,
      `yes: in the directory now: ${groupDn('eng')} contains ${personDn('alice')}`,
      expect.stringMatching(/^yes: alice is a member of platform\/eng, since .* by run 1 \(/),
    ]);
  });

  it('names who added the user manually', async () => {
    const answer = await explain('carol', { group: 'friends' });
    expect(answer).toMatchObject({ answer: true, runId: null });
    expect(texts(answer).at(-1)).toMatch(
      /^yes: carol is a member of platform\/friends, since .* by ops \(manual\)/,
    );
  });
});

describe('why a user is not', () => {
  it('names the directory group that should contain the user', async () => {
    const answer = await explain('bob', { group: 'eng' }, true);
    expect(answer.answer).toBe(false);
    expect(texts(answer)).toContain(
      `no: in the directory now: "${groupDn('eng')}" does not contain bob, neither directly nor through nested groups`,
    );
    expect(answer.missing).toEqual([
      `"${personDn('bob')}" is a member of "${groupDn('eng')}", directly or through a nested group`,
      'a run has read this: resync the group',
    ]);
  });

  it('names the member value that matches no user, and the user that is missing', async () => {
    const answer = await explain('ghost', { group: 'eng' });
    expect(texts(answer)).toContain('no: there is no local user ghost');
    expect(texts(answer).join()).toContain(`names "${personDn('ghost')}", which matches no local user`);
    expect(answer.missing[0]).toBe('a local user ghost exists');
  });

  it('names protect if it is the reason', async () => {
    const answer = await explain('svc-bot', { group: 'eng' });
    expect(answer.answer).toBe(false);
    expect(answer.missing).toContain('svc-bot no longer matches protect');
  });

  it('says who can add a user to a manual group', async () => {
    const answer = await explain('bob', { group: 'friends' });
    expect(answer.missing).toEqual(['a user adds bob to the manual group']);
  });

  it('says when and by whom a user was removed', async () => {
    const manual = manualOf(company.db);
    const { id } = await manual.createGroup({ team: 'platform', name: 'past', type: 50 }, 'ops');
    await manual.addMember(id, 'carol', 'ops');
    await manual.removeMember(id, 'carol', 'amy');
    expect(texts(await explain('carol', { group: 'past' })).at(-1)).toMatch(
      /^no: carol is not a member of platform\/past, removed .* by amy \(manual\)/,
    );
  });

  it('continues without the directory if a query fails', async () => {
    const away = { ...company.settings, urls: ['ldap://127.0.0.1:1'] };
    const alone = accessOf({ db: company.db, current: { settings: { directories: [away] } } });
    const answer = await alone.explain({ user: 'alice', team: 'platform', group: 'eng' }, { live: true });
    expect(answer.answer).toBe(true);
    expect(texts(answer).join('\n')).toMatch(/no: in the directory now: the query failed: .*127\.0\.0\.1:1/);
  });
});

describe('why a user has access to a project', () => {
  it.each([
    ['alice', /^level user through group eng, since .* by run 1/],
    ['carol', /^level user through group friends, since .* by ops/],
    ['dora', /^level user through the team/],
  ])('%s: %s', async (user, way) => {
    const answer = await explain(user, { project: 'api' });
    expect(answer).toMatchObject({ answer: true, missing: [] });
    expect(answer.steps.at(-1)?.text).toMatch(way);
  });

  it('names every grant that would give access', async () => {
    const answer = await explain('svc-bot', { project: 'api' });
    expect(answer.missing).toEqual([
      'svc-bot is an active member of the team, or a member of group eng, or a member of group friends',
    ]);
  });

  it('names a suspension, which overrides every group', async () => {
    const manual = manualOf(company.db);
    await manual.addMember(await groupId(company.db, 'friends'), 'bob', 'ops');
    const answer = await explain('bob', { project: 'api' });
    expect(answer.answer).toBe(false);
    expect(answer.missing).toEqual(['the membership of team platform is no longer suspended']);
  });

  it('says that no user has access to a hidden project', async () => {
    const answer = await explain('dora', { project: 'web' });
    expect(answer.answer).toBe(false);
    expect(answer.missing).toContain('project web is visible');
  });

  it.each([
    [{ group: 'nothing' }, 'unknown_group'],
    [{ project: 'nothing' }, 'unknown_project'],
  ])('refuses a name that does not exist: %j', async (what, code) => {
    await expect(explain('alice', what)).rejects.toMatchObject({ code });
  });
});
