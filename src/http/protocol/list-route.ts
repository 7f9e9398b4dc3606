/** What all routes that answer a page of a list have in common. */
import type { ProblemCode } from './problems.ts';

/** The options of a list route, which a viewer may read. `schema`: its parameters, query and response. */
export function listRoute<Schema extends object>(
  { id, summary, tag, problems = [] }: ListRoute,
  schema: Schema,
) {
  const all: readonly ProblemCode[] = [...problems, 'unavailable'];
  return {
    config: { access: 'viewer' as const, problems: all },
    schema: { operationId: id, summary, tags: [tag], ...schema },
  };
}

interface ListRoute {
  /** The operationId. */
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  /** Besides `unavailable`. */
  readonly problems?: readonly ProblemCode[];
}
