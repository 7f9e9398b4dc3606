/** The options that every route of the API declares in the same way. */
import type { ProblemCode } from './problems.ts';

interface RouteSchema {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** The problems that the route can answer, in addition to `unavailable`. */
  readonly problems?: readonly ProblemCode[];
}

/** The options of a route that a token with this role may call: its problems, and its schemas for fastify and OpenAPI. */
export function route<Schema extends RouteSchema>(
  access: 'viewer' | 'admin',
  { problems = [], ...schema }: Schema,
) {
  const all: readonly ProblemCode[] = [...problems, 'unavailable'];
  return { config: { access, problems: all }, schema };
}
