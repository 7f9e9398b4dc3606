/** The OpenAPI document describes every route, and the responses match it. */
import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';

const document = (await fixture().app.inject('/openapi.json')).json();

interface ParameterSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

/** Checks a value against a schema of the document. */
function check(schema: object, value: unknown) {
  const whole = {
    ...schema,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $defs: document.components.schemas,
  };
  const local = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/');
  return z.fromJSONSchema(JSON.parse(local)).safeParse(value);
}

const DECISION = { reason: 'as planned', digest: 'a'.repeat(64) };

const REQUESTS: readonly (InjectOptions & { path: string })[] = [
  { path: '/livez', url: '/livez' },
  { path: '/readyz', url: '/readyz' },
  { path: '/api/status', url: '/api/status' },
  { path: '/api/status', url: '/api/status', headers: VIEWER },
  { path: '/api/status', url: '/api/status', headers: { authorization: 'Bearer wrong' } },
  { path: '/api/runs', url: '/api/runs' },
  { path: '/api/runs', url: '/api/runs', headers: VIEWER },
  { path: '/api/runs', url: '/api/runs?limit=0', headers: VIEWER },
  { path: '/api/runs', url: '/api/runs', method: 'POST' },
  { path: '/api/runs', url: '/api/runs', method: 'POST', headers: VIEWER },
  { path: '/api/runs', url: '/api/runs', method: 'POST', headers: ADMIN, payload: { directory: 'corp' } },
  { path: '/api/runs', url: '/api/runs', method: 'POST', headers: ADMIN, payload: { directory: 'none' } },
  { path: '/api/runs', url: '/api/runs', method: 'POST', headers: ADMIN, payload: { managed: true } },
  { path: '/api/runs', url: '/api/runs', method: 'POST', headers: ADMIN, payload: 'x'.repeat(20_000) },
  {
    path: '/api/groups/{id}/resync',
    url: '/api/groups/3/resync',
    method: 'POST',
    headers: { ...ADMIN, 'content-type': 'text/plain' },
    payload: 'now',
  },
  { path: '/api/runs/{id}', url: '/api/runs/7', headers: VIEWER },
  { path: '/api/runs/{id}', url: '/api/runs/8', headers: VIEWER },
  { path: '/api/runs/{id}', url: '/api/runs/x', headers: VIEWER },
  { path: '/api/runs/{id}/changes', url: '/api/runs/7/changes', headers: VIEWER },
  { path: '/api/runs/{id}/events', url: '/api/runs/8/events', headers: VIEWER },
  {
    path: '/api/runs/{id}/approve',
    url: '/api/runs/7/approve',
    method: 'POST',
    headers: ADMIN,
    payload: DECISION,
  },
  { path: '/api/runs/{id}/approve', url: '/api/runs/7/approve', method: 'POST', headers: ADMIN, payload: {} },
  {
    path: '/api/runs/{id}/reject',
    url: '/api/runs/7/reject',
    method: 'POST',
    headers: ADMIN,
    payload: DECISION,
  },
  {
    path: '/api/runs/{id}/reject',
    url: '/api/runs/8/reject',
    method: 'POST',
    headers: ADMIN,
    payload: DECISION,
  },
  { path: '/openapi.json', url: '/openapi.json' },
];

describe('/openapi.json', () => {
  it('gives every query parameter a default and choices of its own type', () => {
    const routes: Record<string, { parameters?: { in: string; name: string; schema: ParameterSchema }[] }>[] =
      Object.values(document.paths);
    const wrong = routes
      .flatMap(route => Object.values(route).flatMap(({ parameters = [] }) => parameters))
      .flatMap(({ name, schema }) =>
        [...(schema.enum ?? []), ...('default' in schema ? [schema.default] : [])]
          .filter(value => schema.type === 'boolean' && typeof value !== 'boolean')
          .map(value => `${name}: ${JSON.stringify(value)}`),
      );
    expect(wrong).toEqual([]);
  });

  it('is OpenAPI 3.1 and describes every route with a summary, its access and its failures', () => {
    expect(document.openapi).toBe('3.1.0');
    const described = Object.keys(document.paths);
    for (const path of ['/livez', '/readyz', '/metrics', '/api/status', '/api/runs', '/api/runs/{id}', '/']) {
      expect(described).toContain(path);
    }
    for (const operations of Object.values<object>(document.paths)) {
      for (const operation of Object.values(operations)) {
        expect(operation).toMatchObject({ summary: expect.any(String), security: expect.any(Array) });
        expect(operation.responses[500].content['application/problem+json'].schema.$ref).toContain(
          '/Problem',
        );
      }
    }
  });

  it('contains every schema that it refers to, and each request schema once', () => {
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    const wanted = new Set([...references].map(match => match[1]));
    expect(wanted).toEqual(new Set(Object.keys(document.components.schemas)));
  });

  it('says that changes need a token, and probes do not', () => {
    expect(document.paths['/api/runs'].post.security).toEqual([{ token: [] }]);
    expect(document.paths['/livez'].get.security).toEqual([]);
    expect(document.paths['/api/status'].get.security).toEqual([{}, { token: [] }]);
  });

  it('refuses a response that does not match (so the checks below can fail)', () => {
    const { schema } = document.paths['/api/runs/{id}'].get.responses[200].content['application/json'];
    expect(check(schema, { id: 0 }).success).toBe(false);
  });

  it.each(REQUESTS)('describes the answer to $method $url, case %#', async ({ path, ...request }) => {
    const answer = await fixture().app.inject(request);
    const method = (request.method ?? 'GET').toLowerCase();
    const response = document.paths[path][method].responses[answer.statusCode];
    const type = answer.headers['content-type']?.split(';')[0] ?? '';
    expect(check(response.content[type].schema, answer.json())).toMatchObject({ success: true });
    for (const name of Object.keys(response.headers ?? {})) expect(answer.headers).toHaveProperty(name);
  });
});
