/** The first run of a directory in an application with data. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { adoptGroup, previewAdoption } from '../../../src/jobs/adopt-group.ts';
import { approveRun, rejectRun } from '../../../src/store/runs/decide.ts';
import { runGroups } from '../../../src/store/runs/request.ts';
import { type Company, groupDn, groupEntry, openCompany } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { mapping } from '../../support/given/values.ts';

const ADA = { by: 'ada', reason: 'looked at it' };

/**
 * alice owns the team; the manual group "hand" has the member bob; the directory has "devs" and a group named "hand".
 */
async function companyWithData(firstRun: 'apply' | 'confirm'): Promise<Company> {
  const groups = { devs: ['alice', 'carol'], hand: ['carol'] };
  const company = await openCompany({ groups, settings: { firstRun } });
  await rowsOf(company.db, sql`insert into team_member (team_id, user_id, type) values (1, 1, 0)`);
  await rowsOf(company.db, sql`insert into access_group (team_id, name, type) values (1, 'hand', 0)`);
  await rowsOf(company.db, sql`insert into access_group_members (access_group_id, user_id) values (1, 2)`);
  await rowsOf(
    company.db,
    sql`insert into access_group_projects (access_group_id, project_id) values (1, 1)`,
  );
  return company;
}

/** Lets the directory group adopt the manual AccessGroup with its name. */
async function adopt({ db, settings }: Company, name: string): Promise<void> {
  const ports = { db, readDirectory };
  const owned = { id: 1, team: 'platform', name, managed: false, sources: [] };
  const request = { owned, directory: settings, dn: groupDn(name) };
  const { digest } = await previewAdoption(ports, request);
  await adoptGroup(ports, request, { digest, by: 'ada', reason: 'it is the same group' });
}

/** Everything that the sync does not own. */
const unmanaged = ({ db }: Company) =>
  rowsOf(
    db,
    sql`
      select (select json_agg(u order by id) from auth_user u) as users, (select json_agg(t) from team t) as teams,
        (select json_agg(m) from team_member m) as team_members, (select json_agg(p order by id) from project p) as projects,
        (select json_agg(g) from access_group g where not managed) as groups,
        (select json_agg(m) from access_group_members m join access_group g on g.id = access_group_id and not managed) as members,
        (select json_agg(a) from access_group_projects a join access_group g on g.id = access_group_id and not managed) as assigned`,
  );

describe('the first run in an application with data', () => {
  it('adds what the directory has, and touches nothing that exists (D11)', async () => {
    await using company = await companyWithData('apply');
    const existing = await unmanaged(company);
    expect(await company.sync()).toMatchObject({
      status: 'succeeded',
      counts: { plan: { create: 1, conflict: 1, people: 2 }, applied: { added: 2, removed: 0 } },
    });
    expect(await company.members()).toEqual({
      'platform/devs': ['alice', 'carol'],
      'platform/hand': ['bob'],
    });
    expect(await unmanaged(company)).toEqual(existing);
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('applies nothing with `firstRun: confirm` until an operator approves the plan (D11)', async () => {
    await using company = await companyWithData('confirm');
    const existing = await unmanaged(company);
    const held = await company.sync();
    const again = async () => {
      expect(await company.sync()).toMatchObject({ status: 'succeeded', counts: { held: { run: held.id } } });
    };
    expect(await company.written(again)).toEqual([]);
    expect(held).toMatchObject({ status: 'held', counts: { held: { groups: 1, removals: 0 } } });
    expect(held.counts.held?.reasons).toEqual([expect.stringContaining('firstRun: confirm')]);
    expect(await runGroups(company.db, held.id)).toMatchObject([
      { kind: 'create', name: 'devs', outcome: 'held', add: 2, added: 0 },
      { kind: 'conflict', name: 'hand', outcome: 'noted' },
    ]);
    expect(await company.members()).toEqual({ 'platform/hand': ['bob'] });
    expect(await company.status()).toMatchObject({ heldRuns: 1 });

    await expect(approveRun(company.db, held.id, { ...ADA, digest: 'f'.repeat(64) })).rejects.toThrow();
    expect(await company.approve(held, ADA)).toMatchObject({
      status: 'succeeded',
      counts: { applied: { added: 2 } },
    });
    expect(await company.run(held.id)).toMatchObject({ status: 'succeeded' });
    expect(await unmanaged(company)).toEqual(existing);
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.written(() => company.sync())).toEqual([]);
  });

  it('a resync of one group cannot confirm a directory: it fails and says what to do (D11)', async () => {
    await using company = await companyWithData('confirm');
    expect(await company.sync({ group: 'devs' })).toMatchObject({
      status: 'failed',
      errorCode: 'unconfirmed',
      errorMessage: expect.stringContaining('whole'),
    });
    expect(await company.sync({ group: 'devs', mode: 'plan' })).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toEqual({ 'platform/hand': ['bob'] });
    expect(await company.status()).toMatchObject({ heldRuns: 0 });
  });

  it('a first run that finds nothing confirms nothing: the next one waits (G16)', async () => {
    await using company = await companyWithData('confirm');
    const right = company.settings;
    company.settings = { ...right, mappings: [{ ...mapping(), groups: { filter: '(cn=dves)' } }] };
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    company.settings = right;
    expect(await company.sync()).toMatchObject({
      status: 'held',
      counts: { held: { codes: ['first_run'] } },
    });
    expect(await company.members()).toEqual({ 'platform/hand': ['bob'] });
  });

  it('neither a group that is adopted nor a run of one group confirms a directory (G16)', async () => {
    await using company = await companyWithData('confirm');
    await adopt(company, 'hand');
    expect(await company.sync({ group: 'hand' })).toMatchObject({
      status: 'failed',
      errorCode: 'unconfirmed',
    });
    expect(await company.sync()).toMatchObject({ status: 'held' });
    expect(await company.members()).toEqual({ 'platform/hand': ['bob'] });
  });

  it('a confirmation stays after all changes of groups and configuration (G16)', async () => {
    await using company = await companyWithData('confirm');
    const held = await company.sync();
    await company.approve(held, ADA);
    company.ldap.add(groupEntry('ops', ['bob']));
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
    expect(await company.members()).toMatchObject({ 'platform/ops': ['bob'] });
  });

  it('a directory that ran with firstRun: apply needs no confirmation later (G16)', async () => {
    await using company = await companyWithData('apply');
    await company.sync();
    company.settings = { ...company.settings, firstRun: 'confirm' };
    company.ldap.add(groupEntry('ops', ['bob']));
    expect(await company.sync()).toMatchObject({ status: 'succeeded' });
  });

  it('a rejected first run needs a confirmation again (D11)', async () => {
    await using company = await companyWithData('confirm');
    const held = await company.sync();
    await rejectRun(company.db, held.id, ADA);
    expect(await company.sync({ trigger: 'schedule' })).toMatchObject({ status: 'held' });
    expect(await company.members()).toEqual({ 'platform/hand': ['bob'] });
  });
});
