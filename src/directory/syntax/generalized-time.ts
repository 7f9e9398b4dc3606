/** Parses generalized times (RFC 4517 section 3.3.13), such as 20240131120000Z. */

const SHAPE = /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,]\d+)?(?:Z|([+-]\d\d)(\d\d)?)$/;
const MINUTE_MS = 60_000;

/** In milliseconds since 1970, without fractions of the last unit. NaN for other text. */
export function generalizedTime(text: string): number {
  const parts = SHAPE.exec(text);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute = '00', second = '00', zoneHours, zoneMinutes = '00'] = parts;
  const utc = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (zoneHours === undefined) return utc;
  const offset = Math.abs(Number(zoneHours)) * 60 + Number(zoneMinutes);
  return zoneHours.startsWith('-') ? utc + offset * MINUTE_MS : utc - offset * MINUTE_MS;
}
