/** `rollcall check`: can each server be used, and does the configuration find what it speaks of. */
import { messageOf } from '../errors.ts';
import type { Finding } from '../run.ts';
import type { DirectorySettings } from '../settings.ts';
import { checkContents } from './check-contents.ts';
import { type Connection, connect, whoAmI } from './connect.ts';
import { type Entry, firstText } from './entry.ts';
import { markerOf } from './marker.ts';
import { offersPaging, offersWhoAmI, readRootDse } from './root-dse.ts';
import { traitsOf, vendorOf } from './vendor.ts';

/** A difference in clocks that makes account expiry wrong by more than anybody would expect. */
const CLOCK_DRIFT_MS = 300_000;

/** One finding a line; the first ones are about the servers, the others about what the first usable one holds. */
export async function checkDirectory(settings: DirectorySettings): Promise<Finding[]> {
  const findings: Finding[] = [];
  let looked = false;
  for (const url of settings.urls) {
    const subject = `${settings.name} ${url}`;
    try {
      using connection = await connect(url, settings);
      const root = await readRootDse(connection);
      findings.push(...(await serverFindings(subject, connection, root, settings, Date.now())));
      if (looked) continue;
      looked = true;
      findings.push(...(await checkContents(connection, settings, traitsOf(settings, root))));
    } catch (error) {
      findings.push({ subject, level: 'fail', message: messageOf(error) });
    }
  }
  return findings;
}

async function serverFindings(
  subject: string,
  connection: Connection,
  root: Entry,
  settings: DirectorySettings,
  now: number,
): Promise<Finding[]> {
  const identity = offersWhoAmI(root) ? await whoAmI(connection) : undefined;
  const secure = connection.url.startsWith('ldaps:')
    ? 'TLS'
    : settings.startTls
      ? 'StartTLS'
      : 'not encrypted';
  const marker = await markerOf(connection, root, settings);
  const message = `${vendorOf(settings, root)}, ${secure}, bound as ${identity || settings.bindDn}`;
  return [
    { subject, level: secure === 'not encrypted' ? 'warn' : 'ok', message, ...encryptionFix(secure) },
    ...pagingFindings(subject, root),
    ...markerFindings(subject, marker),
    ...clockFindings(subject, root, now),
  ];
}

function encryptionFix(secure: string): { fix?: string } {
  return secure === 'not encrypted' ? { fix: 'Use an ldaps:// URL or startTls: true.' } : {};
}

function pagingFindings(subject: string, root: Entry): Finding[] {
  if (offersPaging(root)) return [];
  const message = 'the server does not offer paged results, so its size limit cuts large reads';
  return [{ subject, level: 'warn', message, fix: 'Switch on the simple paged results control (RFC 2696).' }];
}

function markerFindings(subject: string, marker: string | undefined): Finding[] {
  if (marker !== undefined) return [];
  const message = 'the server offers no change marker, so every run reads the whole directory';
  const fix = 'OpenLDAP: the syncprov overlay, and read access to contextCSN. 389: the USN plug-in.';
  return [{ subject, level: 'warn', message, fix }];
}

/** Active Directory tells its time (generalized time, such as 20240131120000.0Z). */
function clockFindings(subject: string, root: Entry, now: number): Finding[] {
  const time = firstText(root, 'currentTime')?.replace(
    /^(....)(..)(..)(..)(..)(..).*$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const drift = time === undefined ? 0 : Math.abs(Date.parse(time) - now);
  if (!(drift > CLOCK_DRIFT_MS)) return [];
  const message = `the server's clock and ours differ by ${Math.round(drift / 60_000)} minutes`;
  return [{ subject, level: 'warn', message, fix: 'Synchronise both with NTP.' }];
}
