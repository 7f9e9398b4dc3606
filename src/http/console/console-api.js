/** The API as the console uses it. The token lives in this tab's session storage and nowhere else. */

const KEY = 'rollcall.token';

/** An answer that is not a success; `message` is for people. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export function token() {
  return sessionStorage.getItem(KEY);
}

export function useToken(secret) {
  sessionStorage.setItem(KEY, secret);
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}

export function readStatus() {
  return call('GET', '/api/status');
}

export async function readRuns(limit) {
  const { runs } = await call('GET', `/api/runs?limit=${limit}`);
  return runs;
}

export function requestRun(directory) {
  return call('POST', '/api/runs', { directory });
}

async function call(method, path, body) {
  const headers = {};
  if (token()) headers.authorization = `Bearer ${token()}`;
  if (body) headers['content-type'] = 'application/json';
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) }).catch(() => {
    throw new ApiError('Rollcall does not answer. Trying again.', 0);
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new ApiError(answer.detail ?? `Rollcall answered ${response.status}.`, response.status);
  return answer;
}
