/** The OpenAPI document: the route schemas, and the problems that follow from access and inputs. */
import type {
  FastifyDynamicSwaggerOptions,
  SwaggerTransform,
  SwaggerTransformObject,
} from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Access } from './auth.ts';
import { problem } from './problem-schema.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Problem codes of the route, in addition to those of its access and inputs. */
    problems?: readonly ProblemCode[];
  }
}

const OF_SIGN_IN: readonly ProblemCode[] = [
  'tokens_not_configured',
  'invalid_token',
  'invalid_user',
  'role_required',
  'cross_site_request',
  'too_many_requests',
];

const OF_ACCESS: Readonly<Record<Access, readonly ProblemCode[]>> = {
  probe: [],
  public: OF_SIGN_IN,
  viewer: [...OF_SIGN_IN, 'token_required'],
  admin: [...OF_SIGN_IN, 'token_required', 'admin_required'],
};

/** Any request may be malformed or incomplete, and any handler may fail. */
const OF_EVERY_REQUEST: readonly ProblemCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'internal',
];

/** Options for @fastify/swagger. */
export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rollcall',
        version,
        description:
          'Keeps access groups in sync with LDAP and Active Directory groups. Names are camelCase. Times are ISO 8601 ' +
          'strings in UTC. Unknown values are omitted, or null in lists. Errors are problem details (RFC 9457).',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: describeRoute,
    transformObject: keepComponents,
  };
}

const describeRoute: SwaggerTransform = input => {
  const { schema, route } = input;
  if (schema.hide) return jsonSchemaTransform(input);
  const { access = 'admin', problems = [] } = route.config ?? {};
  const codes: ProblemCode[] = [
    ...OF_ACCESS[access],
    ...codesOfInputs(schema, [route.method].flat()),
    ...problems,
    ...OF_EVERY_REQUEST,
  ];
  const answers = typeof schema.response === 'object' ? schema.response : {};
  const response = { ...answers, ...problemResponses(codes) };
  return jsonSchemaTransform({ ...input, schema: { ...schema, security: securityOf(access), response } });
};

/** Removes unused component schemas: the transform adds every schema of the process, each also as input. */
const keepComponents: SwaggerTransformObject = input => {
  const document = jsonSchemaTransformObject(input);
  const schemas = ('components' in document && document.components?.schemas) || {};
  const wanted = referencesIn('paths' in document ? document.paths : {});
  // The set grows during the iteration: a referenced schema can refer to others.
  for (const name of wanted) for (const other of referencesIn(schemas[name])) wanted.add(other);
  for (const name of Object.keys(schemas)) if (!wanted.has(name)) delete schemas[name];
  return document;
};

function referencesIn(part: unknown): Set<string> {
  const found = (JSON.stringify(part) ?? '').matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return new Set([...found].map(match => match[1] ?? ''));
}

function codesOfInputs(schema: FastifySchema, methods: readonly string[]): readonly ProblemCode[] {
  const path: readonly ProblemCode[] = schema.params ? ['invalid_request', 'uri_too_long'] : [];
  if (methods.includes('GET')) return schema.querystring ? ['invalid_request', ...path] : path;
  // Fastify parses the body of every such request, even if the route does not use it.
  return ['invalid_request', ...path, 'body_too_large', 'unsupported_media_type'];
}

function securityOf(access: Access): Record<string, never[]>[] {
  if (access === 'probe') return [];
  return access === 'public' ? [{}, { token: [] }] : [{ token: [] }];
}

function problemResponses(codes: readonly ProblemCode[]): Record<number, unknown> {
  const byStatus = Map.groupBy(new Set(codes), code => PROBLEMS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: `code: ${some.join(', ')}`,
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  );
}
