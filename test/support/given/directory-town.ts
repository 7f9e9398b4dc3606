/** A small directory for tests of failures: twelve people and three groups, read in pages of five. */
import type { Fault } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError } from '../../../src/errors.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { GROUPS, group, PEOPLE, type Scene, scene, user } from './directory.ts';
import { directory } from './values.ts';

export const PEOPLE_SEARCH = { dn: PEOPLE };
export const GROUP_SEARCH = { dn: GROUPS };
export const CROWD = Array.from({ length: 12 }, (_, index) => user(100 + index, `u${index}`));
export const TOWN = [
  ...CROWD,
  group(
    11,
    'a',
    CROWD.slice(0, 3).map(({ dn }) => dn),
  ),
  group(12, 'b', [`cn=a,${GROUPS}`]),
  group(13, 'c', [CROWD[5]?.dn ?? '']),
];

export function town(settings: Partial<DirectorySettings>, ...faults: Fault[]): Promise<Scene> {
  const groups = { ...directory().groups, members: ['member'] };
  return scene(TOWN, { pageSize: 5, groups, ...settings }, { faults });
}

/** Retries a busy server without a delay. */
export const NO_WAITING = async (): Promise<void> => {};

/** The error with which the read of that directory fails. */
export async function failure(
  settings: Partial<DirectorySettings>,
  ...faults: Fault[]
): Promise<DirectoryError> {
  await using place = await town(settings, ...faults);
  return await failureOf(place.settings);
}

export async function failureOf(settings: DirectorySettings): Promise<DirectoryError> {
  const error = await readDirectory(settings, { pause: NO_WAITING }).catch((thrown: unknown) => thrown);
  if (!(error instanceof DirectoryError)) throw new Error(`no DirectoryError but ${String(error)}`);
  return error;
}
