/** The differences between directory products, in one place. A new vendor is a new row. */
import type { DirectorySettings, Vendor } from '../../model/settings.ts';
import { type Entry, firstText, textsOf } from './entry.ts';

export type KnownVendor = Exclude<Vendor, 'auto'>;

export interface Traits {
  /** Identifies an entry for ever, wherever it moves. */
  readonly idAttribute: string;
  /** What says that an account is disabled; see account.ts. */
  readonly accountAttributes: readonly string[];
  /** Matches an entry by its DN in a filter; undefined: only a search with that DN as base finds it. */
  readonly dnAttribute: string | undefined;
  /** A user's primary group is not among its `member` values: the user's attribute, and the group's that equals it. */
  readonly primaryGroup: { readonly user: string; readonly group: string };
  /** Attributes that every account, and every group, has: one that does not show them may not be read. */
  readonly always: { readonly user: readonly string[]; readonly group: readonly string[] };
  /** Shows of which groups an entry is a member. Set where a group whose members may not be read is found as an empty one. */
  readonly backLink: string | undefined;
}

/** RFC 4511: a filter on what may not be read is Undefined. */
const UNDEFINED = { always: { user: [], group: [] }, backLink: undefined };
/** MS-ADTS 3.1.1.4.3: such an attribute "does not exist" in a filter. */
const NOT_THERE = {
  always: {
    user: [
      'objectCategory',
      'objectSid',
      'primaryGroupID',
      'sAMAccountName',
      'sAMAccountType',
      'userAccountControl',
    ],
    group: ['groupType', 'objectCategory', 'objectSid', 'sAMAccountName', 'sAMAccountType'],
  },
  backLink: 'memberOf',
};
const POSIX = { user: 'gidNumber', group: 'gidNumber' };
const TRAITS: Readonly<Record<KnownVendor, Traits>> = {
  openldap: {
    idAttribute: 'entryUUID',
    accountAttributes: ['pwdAccountLockedTime'],
    dnAttribute: 'entryDN',
    primaryGroup: POSIX,
    ...UNDEFINED,
  },
  activedirectory: {
    idAttribute: 'objectGUID',
    accountAttributes: ['userAccountControl', 'accountExpires'],
    dnAttribute: 'distinguishedName',
    primaryGroup: { user: 'primaryGroupID', group: 'objectSid' },
    ...NOT_THERE,
  },
  '389ds': {
    idAttribute: 'nsUniqueId',
    accountAttributes: ['nsAccountLock'],
    dnAttribute: 'entrydn',
    primaryGroup: POSIX,
    ...UNDEFINED,
  },
  freeipa: {
    idAttribute: 'ipaUniqueID',
    accountAttributes: ['nsAccountLock'],
    dnAttribute: 'entrydn',
    primaryGroup: POSIX,
    ...UNDEFINED,
  },
  rfc4519: {
    idAttribute: 'entryUUID',
    accountAttributes: ['pwdAccountLockedTime', 'nsAccountLock', 'loginDisabled'],
    dnAttribute: undefined,
    primaryGroup: POSIX,
    ...UNDEFINED,
  },
};

const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800';
const FREEIPA_ARC = '2.16.840.1.113730.3.8.10.';

/** The product behind a root DSE. The configuration's word counts for more. */
export function vendorOf(settings: DirectorySettings, root: Entry): KnownVendor {
  if (settings.vendor !== 'auto') return settings.vendor;
  if (textsOf(root, 'supportedCapabilities').includes(ACTIVE_DIRECTORY)) return 'activedirectory';
  if (textsOf(root, 'objectClass').includes('OpenLDAProotDSE')) return 'openldap';
  if (textsOf(root, 'supportedExtension').some(oid => oid.startsWith(FREEIPA_ARC))) return 'freeipa';
  const name = `${firstText(root, 'vendorName')} ${firstText(root, 'vendorVersion')}`;
  return name.includes('389') ? '389ds' : 'rfc4519';
}

export function traitsOf(settings: DirectorySettings, root: Entry): Traits {
  const traits = TRAITS[vendorOf(settings, root)];
  return settings.idAttribute === 'auto' ? traits : { ...traits, idAttribute: settings.idAttribute };
}
