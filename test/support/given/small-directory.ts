/** A small directory for tests of failures: twelve people and three groups, read in pages of five. */
import type { Fault } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError } from '../../../src/errors.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { type FakeDirectory, GROUPS, group, PEOPLE, serve, user } from './directory.ts';
import { directory } from './values.ts';

export const PEOPLE_SEARCH = { dn: PEOPLE };
export const GROUP_SEARCH = { dn: GROUPS };
export const TWELVE_USERS = Array.from({ length: 12 }, (_, index) => user(100 + index, `u${index}`));
export const SMALL_ENTRIES = [
  ...TWELVE_USERS,
  group(
    11,
    'a',
    TWELVE_USERS.slice(0, 3).map(({ dn }) => dn),
  ),
  group(12, 'b', [`cn=a,${GROUPS}`]),
  group(13, 'c', [TWELVE_USERS[5]?.dn ?? '']),
];

export function openSmallDirectory(
  settings: Partial<DirectorySettings>,
  ...faults: Fault[]
): Promise<FakeDirectory> {
  const groups = { ...directory().groups, members: ['member'] };
  return serve(SMALL_ENTRIES, { pageSize: 5, groups, ...settings }, { faults });
}

/** Retries a busy server without a delay. */
export const NO_WAITING = async (): Promise<void> => {};

/** The error with which the read of that directory fails. */
export async function failure(
  settings: Partial<DirectorySettings>,
  ...faults: Fault[]
): Promise<DirectoryError> {
  await using fake = await openSmallDirectory(settings, ...faults);
  return await failureOf(fake.settings);
}

export async function failureOf(settings: DirectorySettings): Promise<DirectoryError> {
  const error = await readDirectory(settings, { pause: NO_WAITING }).catch((thrown: unknown) => thrown);
  if (!(error instanceof DirectoryError)) throw new Error(`no DirectoryError but ${String(error)}`);
  return error;
}
