/** Answers 405 with Allow (RFC 9110, 15.5.6) if a path exists only for other methods. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Access } from './auth.ts';
import { Problem } from './problems.ts';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];

/** Runs `register`, then adds routes that refuse all other methods of its paths. */
export async function withMethodRefusals(app: FastifyInstance, register: () => void): Promise<void> {
  const paths = new Map<string, { allowed: Set<string>; access: Access }>();
  app.addHook('onRoute', route => {
    const known = paths.get(route.url) ?? { allowed: new Set(), access: accessOf(route) };
    for (const method of [route.method].flat()) known.allowed.add(method);
    paths.set(route.url, known);
  });
  register();
  for (const [url, { allowed, access }] of paths) refuseOthers(app, url, allowed, access);
}

function refuseOthers(app: FastifyInstance, url: string, allowed: ReadonlySet<string>, access: Access): void {
  const allow = [...allowed].sort().join(', ');
  // In onRequest, before the body is parsed.
  const onRequest = async (): Promise<void> => {
    throw new Problem('method_not_allowed', `This path supports only ${allow}.`, {}, { allow });
  };
  app.route({
    url,
    method: METHODS.filter(method => !allowed.has(method)),
    schema: { hide: true },
    config: { access: access === 'probe' ? 'probe' : 'public' },
    onRequest,
    handler: onRequest,
  });
}

function accessOf(route: RouteOptions): Access {
  const access = route.config?.access;
  if (!access) throw new Error(`The route ${route.url} does not declare its access (config.access).`);
  return access;
}
