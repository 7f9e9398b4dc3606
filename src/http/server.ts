/** The HTTP server: probes, metrics, API and console. The caller starts and closes it. */
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { HttpDependencies, ProbeDependencies } from './ports/http.ts';
import { canSignIn, identifyCaller, noTokens, requireAccess, type SignIn } from './protocol/auth.ts';
import { limitStopping } from './protocol/drain.ts';
import { answerFailure, answerMalformed, BODY_LIMIT } from './protocol/error-handler.ts';
import { withMethodRefusals } from './protocol/method-refusals.ts';
import { openApiOptions } from './protocol/openapi.ts';
import { Problem } from './protocol/problems.ts';
import { limitRate, RATE_OPTIONS } from './protocol/rate-limit.ts';
import { logRequest } from './protocol/request-log.ts';
import { SECURITY_HEADERS } from './protocol/security-headers.ts';
import { addQueueView } from './routes/service/queue-board.ts';
import { addProbes, addRoutes } from './routes.ts';
import { refuseOtherSites } from './users/cross-site.ts';
import { userFinder } from './users/proxy-user.ts';
import { sessionFinder } from './users/session-user.ts';

/** Timeout for receiving a request, and for its handler. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the server with all routes. Does not listen. Throws if a route does not declare its access. */
export function buildServer(deps: HttpDependencies): FastifyInstance {
  const app = bareServer(deps);
  const signIn = signInOf(deps);
  app.setNotFoundHandler(async () => {
    throw canSignIn(signIn) ? new Problem('not_found', 'This path does not exist.') : noTokens();
  });
  app.addHook('onRequest', identifyCaller(signIn));
  app.register(rateLimit, RATE_OPTIONS).after(() => {
    app.addHook('onRequest', limitRate(app, deps.requestsPerMinute));
    app.addHook('onRequest', requireAccess(signIn));
    app.addHook('onRequest', refuseOtherSites(deps.publicUrl));
  });
  app.register(swagger, openApiOptions(deps.version));
  app.register(async scope => withMethodRefusals(scope, () => addRoutes(scope, deps)));
  addQueueView(app, deps);
  return app;
}

function signInOf(deps: HttpDependencies): SignIn {
  const { tokens, trustedProxy, oidc } = deps;
  const ofProxy = userFinder(trustedProxy, tokens);
  const ofSession = sessionFinder(deps);
  return {
    tokens,
    hasUsers: () => trustedProxy() !== undefined || oidc() !== undefined,
    findUser: async request => ofProxy(request.raw) ?? ofSession(request, true),
  };
}

/** Builds the server of an instance without the role http: probes and metrics only. Does not listen. */
export function buildProbes(deps: ProbeDependencies): FastifyInstance {
  const app = bareServer(deps);
  app.setNotFoundHandler(async () => {
    throw new Problem(
      'not_found',
      'This instance does not have the role http: it serves only /livez, /readyz and /metrics.',
    );
  });
  app.register(async scope => withMethodRefusals(scope, () => addProbes(scope, deps)));
  return app;
}

/** A server without routes and without access control. */
function bareServer({ log }: ProbeDependencies): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerMalformed,
    frameworkErrors: answerFailure,
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerFailure);
  app.decorateRequest('caller', null);
  app.decorateRequest('refusal', null);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.addHook('onResponse', logRequest);
  limitStopping(app);
  return app;
}
