/** Suggestions while the user types. */
import { listPeople } from '../calls/people.js';
import { afterTyping, apiError } from '../client/loading.js';
import { offers } from './fields.js';

/** @typedef {readonly (readonly [value: string, text: string])[]} Offers */

/**
 * Suggestions are optional: if the request fails, the user can still type any text.
 * @param {(text: string) => Promise<Offers>} read
 * @param {() => void} update
 */
export function createSuggestions(read, update) {
  /** @type {Offers} */
  let found = [];
  const typed = afterTyping(async text => {
    try {
      found = text === '' ? [] : await read(text);
    } catch (error) {
      apiError(error);
      found = [];
    }
    update();
  });
  return { typed, view: (/** @type {string} */ id) => offers(id, found) };
}

/**
 * Users of the application.
 * @param {() => void} update
 */
export function createPeopleSuggestions(update) {
  return createSuggestions(async search => {
    const { items } = await listPeople({ search, limit: 10 });
    return items.map(({ username, fullName }) => [username, fullName]);
  }, update);
}
