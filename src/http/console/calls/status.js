/** The status of the service, which every page shows. */
import { get, send, signedOut } from '../client/api.js';
import { loaded, repeat } from '../client/loading.js';

/** @import { Loaded, PublicStatus, Status } from '../client/types.ts' */

const PAUSE_MS = 10_000;

/**
 * Throws ApiError, with the status 401 if neither a token nor a session nor a proxy identifies the user.
 * @returns {Promise<Status>}
 */
export async function readStatus() {
  /** @type {Status | PublicStatus & { readonly caller?: undefined }} */
  const status = await get('/api/status');
  if (status.caller === undefined) throw signedOut();
  return status;
}

/**
 * Where a user begins to sign in with OpenID Connect. undefined: with a token only.
 * @returns {Promise<string | undefined>}
 */
export async function signInUrl() {
  /** @type {PublicStatus} */
  const status = await get('/api/status');
  return status.signInUrl;
}

/**
 * Ends the session. Resolves with the page that signs the user out of the OpenID provider, too, or with the console.
 * @returns {Promise<string>}
 */
export async function endSession() {
  /** @type {{ readonly url?: string }} */
  const { url = '/' } = await send('POST', '/auth/sign-out');
  return url;
}

/**
 * Reads the status again periodically. Each time, `update` renders the page, so that relative times stay right.
 * @param {Status} first
 * @param {() => void} update
 * @returns {{ readonly status: Loaded<Status>, readonly stop: () => void }}
 */
export function followStatus(first, update) {
  const status = loaded(readStatus, update, first);
  let isFirst = true;
  const stop = repeat(async () => {
    if (!isFirst) await status.reload();
    isFirst = false;
    return PAUSE_MS;
  });
  return { status, stop };
}
