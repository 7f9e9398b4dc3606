/** What `rollcall init` asks for, what it finds in the directory, and what it proposes. */
import type { Vendor } from '../settings.ts';

/** The answers of the operator. */
export interface InitAnswers {
  readonly url: string;
  readonly vendor: Vendor;
  readonly bindDn: string;
  readonly passwordFile: string;
  readonly databaseUrl: string;
  readonly startTls: boolean;
  readonly allowPlaintext: boolean;
  readonly caFile: string | undefined;
  /** The part of the directory to search; undefined: the one that the server names. */
  readonly base: string | undefined;
  /** The team of all groups; undefined: one for each container of groups. */
  readonly team: string | undefined;
}

/** The part of a configuration that depends on the contents of the directory. */
export interface DirectoryDraft {
  readonly vendor: Exclude<Vendor, 'auto'>;
  readonly base: string;
  readonly users: {
    readonly baseDn: string;
    readonly filter: string;
    readonly username: string;
    /** Entries that match. */
    readonly found: number;
  };
  readonly groups: {
    readonly baseDn: string;
    readonly filter: string;
    readonly members: readonly string[];
    readonly found: number;
  };
  /** Where the groups are, the most specific container first. */
  readonly containers: readonly { readonly dn: string; readonly found: number }[];
}
