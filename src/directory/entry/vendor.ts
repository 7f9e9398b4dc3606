/** The differences between directory products, as one table. A new vendor is a new row. */
import type { DirectorySettings, Vendor } from '../../model/settings.ts';
import { PORTABLE_ACCOUNT_ATTRIBUTES } from './account.ts';
import { type Entry, firstText, textsOf } from './entry.ts';

export type KnownVendor = Exclude<Vendor, 'auto'>;

export interface Traits {
  /** The attribute that identifies an entry permanently, even after a move. */
  readonly idAttribute: string;
  /** The attributes that show whether an account is disabled; see account.ts. */
  readonly accountAttributes: readonly string[];
  /** Matches an entry by its DN in a filter. Undefined: only a search with that DN as base finds it. */
  readonly dnAttribute: string | undefined;
  /** The attribute with the time of the last change. The times of servers that replicate each other compare as text. */
  readonly changedAt: string;
  /**
   * Users are not among the `member` values of their primary group. It is the group whose attribute equals the user's.
   */
  readonly primaryGroup: { readonly user: string; readonly group: string };
  /**
   * Attributes that every account, and every group, has. If an entry does not show one, the account may not read it.
   */
  readonly always: { readonly user: readonly string[]; readonly group: readonly string[] };
  /**
   * The attribute that lists the groups of an entry. Set for vendors that show a group as empty if the account may not
   * read its members. They also take values that name an entry away when they delete the entry.
   */
  readonly backLink: string | undefined;
  /**
   * The class of entries that lost a replication conflict. A search finds such an entry only if its filter names the class.
   */
  readonly hiddenClass?: string;
}

/** RFC 4511: a filter on an attribute that the account may not read evaluates to Undefined. */
const UNDEFINED = { always: { user: [], group: [] }, backLink: undefined };
/** MS-ADTS 3.1.1.4.3: such an attribute "does not exist" in a filter. */
const NOT_THERE = {
  always: {
    user: [
      'accountExpires',
      'cn',
      'name',
      'objectCategory',
      'objectClass',
      'objectSid',
      'primaryGroupID',
      'sAMAccountName',
      'sAMAccountType',
      'userAccountControl',
    ],
    group: [
      'cn',
      'name',
      'groupType',
      'objectCategory',
      'objectClass',
      'objectSid',
      'sAMAccountName',
      'sAMAccountType',
    ],
  },
  backLink: 'memberOf',
};
/** Any server can hold the accounts of Unix hosts (RFC 2307) and of an MIT Kerberos. */
const SHADOW_AND_KERBEROS: readonly string[] = ['shadowExpire', 'krbPrincipalExpiration'];
const POSIX = { user: 'gidNumber', group: 'gidNumber' };
const TRAITS: Readonly<Record<KnownVendor, Traits>> = {
  openldap: {
    idAttribute: 'entryUUID',
    changedAt: 'entryCSN',
    accountAttributes: ['pwdAccountLockedTime', 'pwdStartTime', 'pwdEndTime', ...SHADOW_AND_KERBEROS],
    dnAttribute: 'entryDN',
    primaryGroup: POSIX,
    ...UNDEFINED,
  },
  activedirectory: {
    idAttribute: 'objectGUID',
    changedAt: 'whenChanged',
    accountAttributes: ['userAccountControl', 'accountExpires'],
    dnAttribute: 'distinguishedName',
    primaryGroup: { user: 'primaryGroupID', group: 'objectSid' },
    ...NOT_THERE,
  },
  '389ds': {
    idAttribute: 'nsUniqueId',
    changedAt: 'modifyTimestamp',
    accountAttributes: ['nsAccountLock', ...SHADOW_AND_KERBEROS],
    dnAttribute: 'entrydn',
    primaryGroup: POSIX,
    hiddenClass: 'ldapsubentry',
    ...UNDEFINED,
  },
  freeipa: {
    idAttribute: 'ipaUniqueID',
    changedAt: 'modifyTimestamp',
    accountAttributes: ['nsAccountLock', 'krbPrincipalExpiration'],
    dnAttribute: 'entrydn',
    primaryGroup: POSIX,
    hiddenClass: 'ldapsubentry',
    ...UNDEFINED,
  },
  rfc4519: {
    idAttribute: 'entryUUID',
    changedAt: 'modifyTimestamp',
    accountAttributes: PORTABLE_ACCOUNT_ATTRIBUTES,
    dnAttribute: undefined,
    primaryGroup: POSIX,
    ...UNDEFINED,
  },
};

const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800';
const FREEIPA_ARC = '2.16.840.1.113730.3.8.10.';

/** The product that a root DSE describes. The configured vendor takes precedence. */
export function vendorOf(settings: DirectorySettings, root: Entry): KnownVendor {
  if (settings.vendor !== 'auto') return settings.vendor;
  if (textsOf(root, 'supportedCapabilities').includes(ACTIVE_DIRECTORY)) return 'activedirectory';
  if (isOpenLdap(root)) return 'openldap';
  if (textsOf(root, 'supportedExtension').some(oid => oid.startsWith(FREEIPA_ARC))) return 'freeipa';
  const name = `${firstText(root, 'vendorName')} ${firstText(root, 'vendorVersion')}`;
  return name.includes('389') ? '389ds' : 'rfc4519';
}

/** Whether the root DSE is that of an OpenLDAP, even if another vendor is configured. */
export function isOpenLdap(root: Entry): boolean {
  return textsOf(root, 'objectClass').includes('OpenLDAProotDSE');
}

export function traitsOf(settings: DirectorySettings, root: Entry): Traits {
  const traits = TRAITS[vendorOf(settings, root)];
  return settings.idAttribute === 'auto' ? traits : { ...traits, idAttribute: settings.idAttribute };
}
