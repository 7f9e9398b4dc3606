/** The HTTP server: probes, metrics, API and console. The caller starts and closes it. */
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { HttpDeps } from './ports/http.ts';
import { identifyCaller, noTokens, requireAccess } from './protocol/auth.ts';
import { limitStopping } from './protocol/drain.ts';
import { answerFailure, answerMalformed, BODY_LIMIT } from './protocol/error-handler.ts';
import { withMethodRefusals } from './protocol/method-refusals.ts';
import { openApiOptions } from './protocol/openapi.ts';
import { Problem } from './protocol/problems.ts';
import { limitRate, RATE_OPTIONS } from './protocol/rate-limit.ts';
import { logRequest } from './protocol/request-log.ts';
import { SECURITY_HEADERS } from './protocol/security-headers.ts';
import { addQueueView } from './routes/service/queue-board.ts';
import { addRoutes } from './routes.ts';

/** Timeout for receiving a request, and for its handler. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the server with all routes. Does not listen. Throws if a route does not declare its access. */
export function buildServer(deps: HttpDeps): FastifyInstance {
  const app = bareServer(deps);
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler(async () => {
    throw deps.tokens.length === 0 ? noTokens() : new Problem('not_found', 'This path does not exist.');
  });
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.addHook('onRequest', identifyCaller(deps.tokens));
  app.register(rateLimit, RATE_OPTIONS).after(() => {
    app.addHook('onRequest', limitRate(app, deps.requestsPerMinute));
    app.addHook('onRequest', requireAccess(deps.tokens));
  });
  app.addHook('onResponse', logRequest);
  limitStopping(app);
  app.register(swagger, openApiOptions(deps.version));
  app.register(async scope => withMethodRefusals(scope, () => addRoutes(scope, deps)));
  addQueueView(app, deps);
  return app;
}

function bareServer(deps: HttpDeps): FastifyInstance {
  return Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerMalformed,
    frameworkErrors: answerFailure,
  });
}
