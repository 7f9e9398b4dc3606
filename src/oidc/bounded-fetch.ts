/** Requests to the OpenID provider: limited in time and size, without redirects, with the configured authorities. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CustomFetch } from 'openid-client';
import { UnavailableError } from '../errors.ts';

const TIMEOUT_MS = 10_000;
/** Discovery documents, keys and claims have some kilobytes. */
const MAX_BYTES = 1024 * 1024;
/** Responses with these codes have no body, and the class Response refuses one. */
const WITHOUT_BODY = [204, 205, 304];

/** Returns a function for openid-client that throws UnavailableError if the provider does not answer. */
export function boundedFetch(caFile: string | undefined, timeoutMs = TIMEOUT_MS): CustomFetch {
  return async (url, { method, headers, body }) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const ca = caFile === undefined ? undefined : await readFile(caFile);
      const request = url.startsWith('https:') ? requestHttps : requestHttp;
      const sent = request(url, { method, headers, signal: timeout, agent: false, ...(ca && { ca }) });
      sent.end(body instanceof URLSearchParams ? body.toString() : undefined);
      const [response]: IncomingMessage[] = await once(sent, 'response');
      if (response === undefined) throw new Error('no response');
      return await bounded(response);
    } catch (error) {
      throw new UnavailableError(
        timeout.aborted
          ? `the OpenID provider did not answer within ${timeoutMs / 1_000} s`
          : `the OpenID provider cannot be reached: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  };
}

async function bounded(response: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`its answer has more than ${MAX_BYTES} bytes`);
    chunks.push(part);
  }
  const { statusCode: status = 500 } = response;
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers))
    for (const each of [value].flat()) if (each !== undefined) headers.append(name, each);
  return new Response(WITHOUT_BODY.includes(status) ? null : Buffer.concat(chunks), { status, headers });
}

/** The code of an error of the network, or its message: several addresses were tried if it has no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
