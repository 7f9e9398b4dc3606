/** Places of the console are URL fragments (`#/runs/7?search=eng`), so that usernames never reach a server log. */

/** @import { Place } from './types.ts' */

/**
 * Parses a fragment. A part that cannot be decoded matches no page.
 * @param {string} fragment
 * @returns {Place}
 */
export function placeOf(fragment) {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/**
 * The fragment of a place. Empty query values are omitted.
 * @param {readonly (string | number)[]} path
 * @param {Readonly<Record<string, string | number | undefined>>} [query]
 * @returns {string}
 */
export function linkTo(path, query = {}) {
  const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(wanted.map(([key, value]) => [key, String(value)])).toString();
  return `#/${path.map(part => encodeURIComponent(part)).join('/')}${search === '' ? '' : `?${search}`}`;
}

/**
 * Writes a filter into the address without reopening the page, so that reloads and links keep it.
 * @param {Place} place
 * @param {Readonly<Record<string, string | undefined>>} query
 */
export function keepInAddress(place, query) {
  history.replaceState(null, '', linkTo(place.path, query));
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '�';
  }
}
