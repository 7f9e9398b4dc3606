/** Every route of the OpenAPI document, with every role and with invalid input: the answers match the document. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ADMIN, fixture, VIEWER } from '../../support/given/http/http-server.ts';
import {
  type Answer,
  badRequests,
  goodRequest,
  type Operation,
  type Request,
} from '../../support/given/http/sample.ts';
import { RUN } from '../../support/given/http/status-answers.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const { app } = fixture();
const document: Document = (await app.inject('/openapi.json')).json();

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

const ROUTES = Object.entries(document.paths).flatMap(([path, operations]) =>
  METHODS.flatMap(method => {
    const operation = operations[method.toLowerCase()];
    return operation === undefined ? [] : [{ path, method, operation }];
  }),
);

/** The names of existing things by parameter or key. */
const KNOWN = {
  slug: 'api',
  username: 'ada.lovelace',
  directory: 'corp',
  name: 'corp',
  digest: 'a'.repeat(64),
  entry: '00000000-0000-4000-8000-000000000007',
};
const QUESTION = { user: 'ada.lovelace', team: 'platform', group: 'eng' };

function known(path: string): Record<string, string> {
  const id = path.includes('/runs/') ? String(RUN.id) : '3';
  return { ...KNOWN, id, ...(path === '/api/explain' && QUESTION) };
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'document', components: document.components });

/** The differences between a value and a schema of the document. */
function faults(schema: object, value: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('#/components/', 'document#/components/');
  const validate = ajv.compile(JSON.parse(text));
  return validate(value) ? null : validate.errors;
}

const CALLERS = { nobody: {}, viewer: VIEWER, admin: ADMIN } as const;

async function ask(method: Method, request: Request, caller: keyof typeof CALLERS) {
  return app.inject({ method, ...request, headers: CALLERS[caller] });
}

type Given = Awaited<ReturnType<typeof ask>>;

function checkAnswer(answer: Given, operation: Operation): void {
  const described: Answer | undefined = operation.responses[answer.statusCode];
  expect(described, `${answer.statusCode} is described: ${answer.body.slice(0, 300)}`).toBeDefined();
  for (const name of Object.keys(described?.headers ?? {})) expect(answer.headers).toHaveProperty(name);
  const type = answer.headers['content-type']?.split(';')[0];
  if (answer.body === '') return;
  expect(Object.keys(described?.content ?? {}), `type ${type}`).toContain(type);
  const isJson = type === 'application/json' || type === 'application/problem+json';
  if (isJson) expect(faults(described?.content?.[type]?.schema ?? {}, answer.json())).toBeNull();
}

/** The role that a route needs, according to its responses. */
function roleOf({ security, responses }: Operation): 'nobody' | 'viewer' | 'admin' {
  if (security.length !== 1) return 'nobody';
  return responses['403']?.description?.includes('admin_required') === true ? 'admin' : 'viewer';
}

describe.each(ROUTES)('$method $path', ({ path, method, operation }) => {
  const good = goodRequest(path, operation, known(path));
  const role = roleOf(operation);

  it(`answers as described, to the role ${role} or higher`, async () => {
    const expected = {
      nobody: { nobody: 'ok', viewer: 'ok', admin: 'ok' },
      viewer: { nobody: 401, viewer: 'ok', admin: 'ok' },
      admin: { nobody: 401, viewer: 403, admin: 'ok' },
    }[role];
    for (const caller of ['nobody', 'viewer', 'admin'] as const) {
      const answer = await ask(method, good, caller);
      checkAnswer(answer, operation);
      const outcome = answer.statusCode < 400 ? 'ok' : answer.statusCode;
      expect(outcome, `${caller}: ${answer.body.slice(0, 300)}`).toBe(expected[caller]);
    }
  });

  it.each(badRequests(path, operation, good))('refuses bad input as described: %j', async request => {
    const answer = await ask(method, request, 'admin');
    expect(answer.statusCode).toBe(400);
    checkAnswer(answer, operation);
  });
});

describe('the document', () => {
  it('names every operation of the API once, and describes none without its failures', () => {
    const ids = ROUTES.filter(({ path }) => path.startsWith('/api/')).map(
      ({ operation }) => operation.operationId,
    );
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of ROUTES) expect(operation.responses).toHaveProperty('500');
  });
});
