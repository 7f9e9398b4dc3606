/** Requests to the HTTP API, generated from the OpenAPI document and changed. */
import type { Random } from '../../dev/organisation/generate/random.ts';
import { ADMIN, fixture, VIEWER } from '../support/given/http/http-server.ts';
import { goodRequest, type Operation } from '../support/given/http/sample.ts';
import { strangeText } from './texts.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const KNOWN = { slug: 'api', username: 'ada.lovelace', directory: 'corp', name: 'corp', id: '7' };
const QUESTION = { user: 'ada.lovelace', team: 'platform', group: 'eng' };
/** Streams do not end, and inject waits for the end. */
const STREAMS = /\/events$|\/changes$/;
/** Longer addresses do not reach the routes. */
const LONGEST = 8_000;

const { app } = fixture();
const document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> } = (
  await app.inject('/openapi.json')
).json();
const ROUTES = Object.entries(document.paths).flatMap(([path, operations]) =>
  METHODS.flatMap(method => {
    const operation = operations[method.toLowerCase()];
    return operation === undefined || STREAMS.test(path) ? [] : [{ path, method, operation }];
  }),
);

/** @throws an error for an answer that the document does not describe, and for an internal error */
export async function sendRequest(random: Random): Promise<string> {
  const { path, method, operation } = random.pick(ROUTES);
  const good = goodRequest(path, operation, { ...KNOWN, ...(path === '/api/explain' && QUESTION) });
  const text = strangeText(random).slice(0, LONGEST);
  const url = random.chance(0.5) ? changedUrl(good.url, text, random) : good.url;
  const payload = good.payload === undefined ? undefined : changedBody(good.payload, text, random);
  const headers = {
    ...random.pick([ADMIN, VIEWER, {}]),
    ...(payload !== undefined && {
      'content-type': random.pick(['application/json', 'application/json', 'text/plain']),
    }),
    ...(random.chance(0.2) && { 'if-match': printableAscii(text), 'idempotency-key': printableAscii(text) }),
  };
  // inject sends what the WHATWG parser makes of an address, and fails if that refuses it.
  if (!URL.canParse(url, 'http://localhost')) return 'no request';
  const { statusCode, body } = await app.inject({
    method,
    url,
    headers,
    ...(payload !== undefined && { payload }),
  });
  const isDescribed = String(statusCode) in operation.responses || statusCode === 404 || statusCode === 405;
  if (statusCode === 500 || !isDescribed)
    throw new Error(`${method} ${url} answered ${statusCode}: ${body.slice(0, 300)}`);
  return `HTTP ${statusCode}`;
}

function changedUrl(url: string, text: string, random: Random): string {
  const part = encodeURIComponent(text.toWellFormed()).slice(0, random.pick([20, 90, 300, LONGEST]));
  const at = random.below(url.length);
  const inserted = `${url.slice(0, Math.max(1, at))}${random.chance(0.7) ? part : printableAscii(text)}${url.slice(at)}`;
  return random.chance(0.5)
    ? inserted
    : `${url}${url.includes('?') ? '&' : '?'}${random.pick(['limit', 'cursor', 'q', 'after', 'at'])}=${part}`;
}

/** Bytes that an address or a header may have on the wire. */
function printableAscii(text: string): string {
  return text.replaceAll(/[^!-~]/g, '').slice(0, 2_000);
}

function changedBody(body: object, text: string, random: Random): string {
  const strange = random.pick<unknown>([text, null, -1, 1e308, [], {}, [text], true, { [text]: text }]);
  const changed = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      random.chance(0.1) ? text : name,
      random.chance(0.4) ? strange : value,
    ]),
  );
  const json = JSON.stringify(changed);
  return random.chance(0.1) ? json.slice(0, random.below(json.length)) : json;
}
