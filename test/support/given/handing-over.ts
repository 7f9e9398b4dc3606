/** A company whose groups change owners; queued runs are run immediately. */
import { sql } from 'kysely';
import { ownershipOf } from '../../../src/app/operations/ownership.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { previewRelink, relinkDirectory } from '../../../src/jobs/relink-directory.ts';
import type { OwnershipOperations } from '../../../src/model/operations/ownership.ts';
import type { RelinkPreview } from '../../../src/model/ownership.ts';
import type { Run } from '../../../src/model/run.ts';
import { ownedByName } from '../../../src/store/ownership/find.ts';
import { type Company, type CompanyOptions, openCompany } from './company.ts';
import { rowsOf } from './saved-plan.ts';

export const ACT = { by: 'cli:ada', reason: 'CHG-1234' };

export interface Handover extends Company {
  /** The operations, with the current configuration. */
  ownership(): OwnershipOperations;
  /** The id of an AccessGroup of team platform. */
  id(name: string): Promise<number>;
  /** Creates a manual AccessGroup in team platform, with its members. */
  makeGroup(name: string, members: readonly string[]): Promise<number>;
  /** Runs a queued run and returns it as it ended. */
  finish(run: Run): Promise<Run>;
  adopt(name: string, source?: string): Promise<Run>;
  previewRelink(group?: string): Promise<RelinkPreview>;
  /** Applies exactly what the preview shows, or what the digest names. */
  relink(options?: { readonly group?: string; readonly digest?: string }): Promise<Run>;
  /** The changes of groups themselves, oldest first, without those of the sync. */
  events(): Promise<readonly string[]>;
}

export async function openHandover(options: CompanyOptions = {}): Promise<Handover> {
  const company = await openCompany(options);
  const { db } = company;
  const ports = { db, readDirectory };
  const relinkWish = (group?: string) => ({
    directory: company.settings,
    ...(group !== undefined && { group }),
  });
  const handing = {
    ownership: () =>
      ownershipOf({ current: { settings: { directories: [company.settings] } }, db, send: async () => {} }),
    id: async (name: string) => (await ownedByName(db, 'platform', name)).id,
    makeGroup: (name: string, members: readonly string[]) => makeGroup(company, name, members),
    async finish({ id }: Run) {
      await company.begin(id);
      await company.work();
      return company.run(id);
    },
    async adopt(name: string, source?: string) {
      const id = await handing.id(name);
      const { digest } = await handing.ownership().previewAdoption(id, { source });
      return handing.finish(await handing.ownership().adopt(id, { source }, { ...ACT, digest }));
    },
    previewRelink: (group?: string) => previewRelink(ports, relinkWish(group)),
    async relink({ group, digest }: { readonly group?: string; readonly digest?: string } = {}) {
      const shown = digest ?? (await handing.previewRelink(group)).digest;
      return handing.finish(await relinkDirectory(ports, relinkWish(group), { ...ACT, digest: shown }));
    },
    events: () => eventsOf(company),
  };
  return Object.assign(company, handing);
}

async function makeGroup({ db }: Company, name: string, members: readonly string[]): Promise<number> {
  const [group] = await rowsOf(
    db,
    sql<{ id: number }>`
      insert into access_group (team_id, name) select id, ${name} from team where slug = 'platform' returning id`,
  );
  await rowsOf(
    db,
    sql`
      insert into access_group_members (access_group_id, user_id)
      select ${group?.id ?? 0}, id from auth_user where username = any(${members}::text[])`,
  );
  return group?.id ?? 0;
}

async function eventsOf({ db }: Company): Promise<readonly string[]> {
  const rows = await rowsOf(
    db,
    sql<{ line: string }>`
      select concat_ws(' ', action, team_slug || '/' || group_name, 'by', actor, 'of', directory, 'because', reason) as line
      from access_group_change
      where actor = ${ACT.by}
      order by id`,
  );
  return rows.map(row => row.line);
}
