/** The status of the service, which every page shows. */
import { get, signedOut } from '../client/api.js';
import { loaded, repeat } from '../client/loading.js';

/** @import { Loaded, Status } from '../client/types.ts' */

const PAUSE_MS = 10_000;

/**
 * Throws ApiError, with the status 401 if neither a token nor a proxy identifies the user.
 * @returns {Promise<Status>}
 */
export async function readStatus() {
  /** @type {Status | { readonly caller?: undefined }} */
  const status = await get('/api/status');
  if (status.caller === undefined) throw signedOut();
  return status;
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
