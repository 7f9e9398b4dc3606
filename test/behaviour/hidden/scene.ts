/** Scenes in which access rules of a real OpenLDAP hide values from the sync, with the members after each read. */
import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import { GROUPS, openSlapdCompany, PEOPLE, type SlapdCompany } from '../../support/given/slapd-company.ts';

type Step = (company: SlapdCompany) => Promise<unknown>;

export interface Scene extends Omit<Parameters<typeof openSlapdCompany>[0], 'access'> {
  readonly title: string;
  readonly access?: readonly string[];
  /** Before the first read. */
  readonly before?: readonly Step[];
  /** Complete reads with all rights. Default: 1. */
  readonly reads?: number;
  /** These changes happen after the first reads, together with the access rules. */
  readonly changes?: readonly Step[];
  /** The first read after the changes reads only the group. */
  readonly partial?: boolean;
  /** The members of the group `devs`, after each of four reads. */
  readonly expected: readonly string[];
  /** The number of complete reads after which the members are so. Default: 0. */
  readonly after?: number;
}

export const dn = (uid: string, base = PEOPLE) => `uid=${uid},${base}`;
export const gdn = (cn: string) => `cn=${cn},${GROUPS}`;
export const named = (...uids: string[]) => uids.map(uid => `member: ${dn(uid)}`);
export const hidesValue = (entry: string, attribute: string, value: string) =>
  `access to dn.exact="${entry}" attrs=${attribute} val.exact="${value}" by * none`;
export const hides = (entry: string, attributes: string) =>
  `access to dn.exact="${entry}" attrs=${attributes} by * none`;
export const rename =
  (from: string, to: string): Step =>
  ({ slapd }) =>
    asAdmin(slapd, client => client.modifyDN(from, to));
export const remove =
  (entry: string): Step =>
  ({ slapd }) =>
    asAdmin(slapd, client => client.del(entry));
export const replace =
  (entry: string, type: string, values: string[]): Step =>
  ({ slapd }) =>
    asAdmin(slapd, client =>
      client.modify(
        entry,
        new Change({ operation: 'replace', modification: new Attribute({ type, values }) }),
      ),
    );

export function play(name: string, scenes: readonly Scene[]): void {
  describe(name, () => {
    for (const { title, access = [], ...scene } of scenes)
      it(title, async () => {
        await using company = await openSlapdCompany({ ...scene, access });
        await playOne(company, scene);
      });
  });
}

async function playOne(company: SlapdCompany, scene: Omit<Scene, 'title' | 'access'>): Promise<void> {
  const { before = [], reads = 1, changes = [], partial = false, expected, after = 0 } = scene;
  const { jobs } = company;
  for (const step of before) await step(company);
  for (let read = 0; read < reads; read += 1) await jobs.sync();
  expect(await members(company)).not.toEqual([]);
  company.bindRestricted();
  for (const step of changes) await step(company);
  if (partial) await jobs.sync({ group: gdn('devs') });
  for (let read = 0; read < 4; read += 1) {
    if (read >= after) expect(await members(company), `after ${read} reads`).toEqual(expected);
    await jobs.sync();
  }
  expect(await members(company)).toEqual(expected);
}

async function members({ jobs }: SlapdCompany): Promise<string[] | undefined> {
  return (await jobs.members())['platform/devs'];
}
