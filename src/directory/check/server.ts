/** What a server says of itself, and what follows for us. */
import type { DirectoryError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { protectionOf } from '../connection/address.ts';
import { type Connection, whoAmI } from '../connection/connect.ts';
import { type Entry, firstText } from '../entry/entry.ts';
import { vendorOf } from '../entry/vendor.ts';
import { offersPaging, offersWhoAmI } from '../search/root-dse.ts';
import { markerOf } from '../session/change-marker.ts';
import type { Question } from './ldapsearch-command.ts';

/** A difference in clocks that makes account expiry wrong by more than anybody would expect. */
const CLOCK_DRIFT_MS = 300_000;

/** The question that every server answers. */
export const ROOT: Question = { base: '', scope: 'base', filter: '(objectClass=*)', attributes: ['*', '+'] };

export interface ServerContext {
  readonly subject: string;
  readonly command: string;
  readonly connection: Connection;
  readonly root: Entry;
  readonly settings: DirectorySettings;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** What went wrong, as a finding. */
export function failed(subject: string, { problem, fix }: DirectoryError): Finding {
  return { subject, level: 'fail', message: problem, ...(fix !== undefined && { fix }) };
}

/** Vendor, encryption, identity; what of paging, change marker and clock is not as it should be. */
export async function checkServer(visit: ServerContext): Promise<Finding[]> {
  const { connection, root, settings } = visit;
  const marker = await markerOf(connection, root, settings);
  return [await introduction(visit), ...paging(visit), ...unmarked(visit, marker), ...drift(visit)];
}

async function introduction({
  subject,
  command,
  connection,
  root,
  settings,
}: ServerContext): Promise<Finding> {
  const { bind, bindDn } = settings;
  const identity = offersWhoAmI(root) ? await whoAmI(connection) : undefined;
  const protection = protectionOf(connection.url, settings.startTls);
  const who = identity || (bind === 'external' ? 'EXTERNAL' : bindDn);
  const message = `${vendorOf(settings, root)}, ${protection ?? 'not encrypted'}, bound as ${who}`;
  if (identity === '') return { subject, level: 'fail', message: NOBODY, fix: GIVE_ACCOUNT, command };
  if (protection !== undefined) return { subject, level: 'ok', message, command };
  return { subject, level: 'warn', message, fix: 'Use an ldaps:// URL or startTls: true.', command };
}

const NOBODY = 'the server let us in, but as nobody: what it shows may be less than there is';
const GIVE_ACCOUNT =
  'Map the certificate or the local account to one that may read, or bind with a password.';

function paging({ subject, root }: ServerContext): Finding[] {
  if (offersPaging(root)) return [];
  const message = 'the server does not offer paged results, so its size limit cuts large reads';
  return [{ subject, level: 'warn', message, fix: 'Switch on the simple paged results control (RFC 2696).' }];
}

function unmarked({ subject }: ServerContext, marker: string | undefined): Finding[] {
  if (marker !== undefined) return [];
  const message = 'the server offers no change marker, so every run reads the whole directory';
  const fix = 'OpenLDAP: the syncprov overlay, and read access to contextCSN. 389: the USN plug-in.';
  return [{ subject, level: 'warn', message, fix }];
}

/** Active Directory tells its time. */
function drift({ subject, root, now }: ServerContext): Finding[] {
  const time = firstText(root, 'currentTime');
  return time === undefined ? [] : clockFindings(subject, Math.abs(timeOf(time) - now));
}

/** A warning where clocks differ by more than a few minutes. */
export function clockFindings(subject: string, driftMs: number): Finding[] {
  if (!(driftMs > CLOCK_DRIFT_MS)) return [];
  const message = `the server's clock and ours differ by ${Math.round(driftMs / 60_000)} minutes`;
  return [{ subject, level: 'warn', message, fix: 'Synchronise both with NTP.' }];
}

/** Milliseconds since 1970 of a generalized time in UTC (RFC 4517 section 3.3.13): 20240131120000.0Z. NaN for others. */
export function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(..)(..)(..)(..)(..)(?:[.,]\d+)?Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
