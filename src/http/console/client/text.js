/** Formats numbers and times. */

const numbers = new Intl.NumberFormat('en');
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** @param {number} value */
export function number(value) {
  return numbers.format(value);
}

/**
 * "1 group", "1,204 groups".
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** @param {Date} at */
export function moment(at) {
  return absolute.format(at);
}

/**
 * "3 minutes ago", "in 2 hours".
 * @param {number} seconds from now, below 0 for the past
 */
export function distance(seconds) {
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  if (size < 60) return relative.format(Math.round(seconds), 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/**
 * "3 minutes", "2 hours".
 * @param {number} seconds
 */
export function lasting(seconds) {
  if (seconds < 60) return counted(Math.max(0, Math.round(seconds)), 'second');
  if (seconds < 3600) return counted(Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return counted(Math.round(seconds / 3600), 'hour');
  return counted(Math.round(seconds / 86_400), 'day');
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

/**
 * "+5 −1", "none", or a dash if unknown.
 * @param {number | undefined} added
 * @param {number | undefined} removed
 */
export function difference(added, removed) {
  if (added === undefined || removed === undefined) return '–';
  const parts = [added > 0 ? `+${number(added)}` : '', removed > 0 ? `−${number(removed)}` : ''];
  return parts.filter(part => part !== '').join(' ') || 'none';
}
