/** The API client of the console. Stores the token only in the session storage of the tab. */

const KEY = 'rollcall.token';
/** The window event that is sent when the API no longer accepts the user. */
export const SIGNED_OUT = 'rollcall:signed-out';

/** A failed request. `message` is text for users, `code` is the stable code of the problem. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status 0: no response
   * @param {string} [code]
   */
  constructor(message, status, code) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

/** @param {string} secret */
export function useToken(secret) {
  sessionStorage.setItem(KEY, secret);
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}

/**
 * Sends a GET request. Throws ApiError.
 * @template T
 * @param {string} path
 * @param {Readonly<Record<string, string | number | undefined | null>>} [query] empty values are omitted
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function get(path, query = {}, signal) {
  const wanted = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const search = new URLSearchParams(wanted.map(([key, value]) => [key, String(value)])).toString();
  const address = search === '' ? path : `${path}?${search}`;
  return answerOf(await request('GET', address, undefined, {}, signal));
}

/**
 * Sends a request that changes data. Throws ApiError.
 * @template T
 * @param {'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
 * @param {string} path
 * @param {object} [body]
 * @param {Readonly<Record<string, string>>} [headers]
 * @returns {Promise<T>}
 */
export async function send(method, path, body, headers = {}) {
  return answerOf(await request(method, path, body, headers));
}

/**
 * Sends a request with the token. Throws ApiError unless it succeeds. Does not read the response body.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {Readonly<Record<string, string>>} [headers]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export async function request(method, path, body, headers = {}, signal) {
  const sent = new Headers(headers);
  const secret = sessionStorage.getItem(KEY);
  if (secret !== null) sent.set('authorization', `Bearer ${secret}`);
  if (body !== undefined) sent.set('content-type', 'application/json');
  const content = body === undefined ? null : JSON.stringify(body);
  // A proxy redirects to its sign-in page, on another host, when the session has ended.
  const response = await fetch(path, {
    method,
    headers: sent,
    body: content,
    signal: signal ?? null,
    redirect: 'manual',
  }).catch(cause => {
    if (signal?.aborted) throw cause;
    throw new ApiError(
      'Rollcall does not answer. Check that it is running and that this machine is online.',
      0,
    );
  });
  if (response.ok) return response;
  if (response.type === 'opaqueredirect') throw signedOut();
  if (response.status === 401) dispatchEvent(new Event(SIGNED_OUT));
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(
    problem.detail ?? `Rollcall answered ${response.status}.`,
    response.status,
    problem.code,
  );
}

/** Reports that no user is signed in, and returns the error for the request. */
export function signedOut() {
  dispatchEvent(new Event(SIGNED_OUT));
  return new ApiError('No user is signed in.', 401);
}

/** @param {Response} response */
async function answerOf(response) {
  return response.status === 204 ? undefined : response.json();
}
