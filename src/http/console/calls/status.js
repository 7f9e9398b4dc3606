/** The status of the service, which every page shows. */
import { get } from '../client/api.js';
import { loaded, repeat } from '../client/loading.js';

/** @import { Loaded, Status } from '../client/types.ts' */

const PAUSE_MS = 10_000;

/**
 * Throws ApiError.
 * @returns {Promise<Status>}
 */
export function readStatus() {
  return get('/api/status');
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
