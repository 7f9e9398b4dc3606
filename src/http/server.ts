/** The HTTP server: probes, metrics, API and console. The caller starts and closes it. */
import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { identifyCaller, noTokens, requireAccess } from './auth.ts';
import type { HttpDeps } from './deps.ts';
import { answerFailure, answerMalformed, BODY_LIMIT } from './failures.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { withMethodRefusals } from './methods.ts';
import { openApiOptions } from './openapi.ts';
import { Problem } from './problems.ts';
import { addQueueView } from './queue-view.ts';
import { limitRate, RATE_OPTIONS } from './rate.ts';
import { logRequest } from './request-log.ts';
import { addRoutes } from './routes.ts';
import { limitStopping } from './stopping.ts';

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
