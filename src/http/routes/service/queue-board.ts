/** `/queues`: shows the queues in Bull Board, for operators. */
import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import type { HttpDependencies } from '../../ports/http.ts';
import { answerFailure } from '../../protocol/error-handler.ts';
import { queueView } from './assets.ts';

const PREFIX = '/queues';

/** Bull Board needs inline styles. Scripts and requests are limited to this server. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Links to external fonts, which are removed so that browsers contact no third party. The page has fallback fonts. */
const FOREIGN_LINK = /<link href="https?:[^>]*>\s*/g;

/** Adds the pages. A browser cannot send a bearer token, so it asks the user for the token as a Basic password. */
export function addQueueView(app: FastifyInstance, { board }: Pick<HttpDependencies, 'board'>): void {
  const pages = new FastifyAdapter();
  pages.setBasePath(PREFIX);
  const uiConfig = { boardTitle: 'Rollcall queues', miscLinks: [{ text: 'Console', url: '/' }] };
  createBullBoard({ queues: board, serverAdapter: pages, options: { uiConfig, ...queueView } });
  app.register(async scope => {
    scope.addHook('onRoute', route => {
      route.config = { ...route.config, access: 'admin', asksForPassword: true };
      route.errorHandler = answerFailure;
    });
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', POLICY);
    });
    scope.addHook('onSend', async (_request, _reply, payload) =>
      typeof payload === 'string' ? payload.replace(FOREIGN_LINK, '') : payload,
    );
    await scope.register(pages.registerPlugin(), { prefix: PREFIX });
  });
}
