/** When an entry changed, by the clock of the server. */
import { generalizedTime } from '../syntax/generalized-time.ts';

const FRACTION = /^\d{14}(\.\d+)/;

/**
 * In milliseconds since 1970; undefined for other text.
 * @param text a generalized time, or a change sequence number of OpenLDAP, which begins with one
 */
export function changeTime(text: string | undefined): number | undefined {
  const [time = ''] = (text ?? '').split('#');
  const at = generalizedTime(time.toUpperCase());
  if (Number.isNaN(at)) return undefined;
  return at + Math.floor(Number(FRACTION.exec(time)?.[1] ?? 0) * 1000);
}
