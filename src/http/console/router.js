/** Places of the console are fragments (`#/runs/7?search=eng`): names of people never reach a server's access log. */

/** @import { Place } from './types.ts' */

/**
 * The place behind a fragment. What cannot be decoded is a place that no page answers to.
 * @param {string} fragment
 * @returns {Place}
 */
export function placeOf(fragment) {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/**
 * The fragment of a place; empty values of the query are left out.
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
 * Writes a filter into the address, so that a reload or a link keeps it, without opening the page anew.
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
