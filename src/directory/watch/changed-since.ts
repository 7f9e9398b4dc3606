/** The filter for entries that changed since an earlier change marker. Pure. */

const USN = /^usn (\d+) of /;
const LAST_USN = /^lastusn\S*=(\d+)/;
const CSN = /^\d{14}\.\d{6}Z#/;

/** undefined: the markers do not say which entries changed. */
export function changedSince(before: string, now: string): string | undefined {
  const [, usn] = USN.exec(before) ?? [];
  if (usn !== undefined) return `(uSNChanged>=${BigInt(usn) + 1n})`;
  const [, lastUsn] = LAST_USN.exec(before) ?? [];
  // Several back ends count on their own.
  if (lastUsn !== undefined && !/ lastusn/.test(before)) return `(entryusn>=${BigInt(lastUsn) + 1n})`;
  const present = new Set(now.split(' '));
  const [oldest] = before
    .split(' ')
    .filter(csn => !present.has(csn))
    .toSorted();
  return oldest !== undefined && CSN.test(oldest) ? `(entryCSN>=${oldest})` : undefined;
}
