/** Checks what a server reports about itself: product, encryption, identity, paging, change marker and clock. */
import type { DirectoryError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { protectionOf } from '../connection/address.ts';
import { type Connection, whoAmI } from '../connection/connect.ts';
import { type Entry, firstText } from '../entry/entry.ts';
import { vendorOf } from '../entry/vendor.ts';
import { offersPaging, offersWhoAmI } from '../search/root-dse.ts';
import { markerOf } from '../session/change-marker.ts';
import { generalizedTime } from '../syntax/generalized-time.ts';
import type { ConfiguredSearch } from './ldapsearch-command.ts';

/** A larger clock difference makes account expiry visibly wrong. */
const CLOCK_DRIFT_MS = 300_000;

/** A search that every server answers. */
export const ROOT: ConfiguredSearch = {
  base: '',
  scope: 'base',
  filter: '(objectClass=*)',
  attributes: ['*', '+'],
};

export interface ServerContext {
  readonly subject: string;
  readonly command: string;
  readonly connection: Connection;
  readonly root: Entry;
  readonly settings: DirectorySettings;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** A failure as a finding. */
export function failed(subject: string, { problem, fix }: DirectoryError): Finding {
  return { subject, level: 'fail', message: problem, ...(fix !== undefined && { fix }) };
}

/** Product, encryption and identity, and any problem with paging, change marker and clock. */
export async function checkServer(context: ServerContext): Promise<Finding[]> {
  const { connection, root, settings } = context;
  const marker = await markerOf(connection, root, settings);
  return [
    await serverFinding(context),
    ...passwordFindings(context),
    ...pagingFindings(context),
    ...markerFindings(context, marker),
    ...driftFindings(context),
  ];
}

async function serverFinding({
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
  if (identity === '')
    return { subject, level: 'fail', message: ANONYMOUS_BIND, fix: ANONYMOUS_FIX, command };
  if (protection !== undefined) return { subject, level: 'ok', message, command };
  return { subject, level: 'warn', message, fix: 'Use an ldaps:// URL or startTls: true.', command };
}

const ANONYMOUS_BIND = 'the server accepted the bind as anonymous, so it may show only a part of the entries';
const ANONYMOUS_FIX =
  'Map the certificate or the local account to one with read access, or bind with a password.';

/** The server warns only some time before the password expires. */
function passwordFindings({ subject, connection, now }: ServerContext): Finding[] {
  const { expiresInSeconds, graceBinds } = connection.password ?? {};
  if (expiresInSeconds === undefined) return [];
  const at = new Date(now + expiresInSeconds * 1000).toISOString();
  const grace = graceBinds === undefined ? '' : `, and the server accepts ${graceBinds} more binds`;
  const message =
    expiresInSeconds > 0
      ? `the password of the bind account expires in ${Math.floor(expiresInSeconds / DAY_SECONDS)} days, at ${at}`
      : `the password of the bind account has expired${grace}`;
  return [{ subject, level: 'warn', message, fix: PASSWORD_FIX }];
}

const DAY_SECONDS = 86_400;
const PASSWORD_FIX = 'Set a new password, and turn off password expiry for this service account.';
const PAGING_FIX =
  'Enable the simple paged results control (RFC 2696), or set no size limit for this account.';

function pagingFindings({ subject, root }: ServerContext): Finding[] {
  if (offersPaging(root)) return [];
  const message =
    'the server does not offer paged results: it must answer every search at once, or runs fail';
  return [{ subject, level: 'warn', message, fix: PAGING_FIX }];
}

function markerFindings({ subject }: ServerContext, marker: string | undefined): Finding[] {
  if (marker !== undefined) return [];
  const message = 'the server has no change marker, so every run reads the whole directory';
  const fix =
    'OpenLDAP: enable the syncprov overlay and read access to contextCSN. 389: enable the USN plug-in.';
  return [{ subject, level: 'warn', message, fix }];
}

/** Active Directory reports its time. */
function driftFindings({ subject, root, now }: ServerContext): Finding[] {
  const time = firstText(root, 'currentTime');
  return time === undefined ? [] : clockFindings(subject, Math.abs(generalizedTime(time) - now));
}

/** A warning if the clocks differ by more than a few minutes. */
export function clockFindings(subject: string, driftMs: number): Finding[] {
  if (!(driftMs > CLOCK_DRIFT_MS)) return [];
  const message = `the clocks of the server and of Rollcall differ by ${Math.round(driftMs / 60_000)} minutes`;
  return [{ subject, level: 'warn', message, fix: 'Synchronise both with NTP.' }];
}
