/** `/queues`: Bull Board over the queues, for whoever looks after the service. */
import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from './deps.ts';
import { answerFailure } from './failures.ts';

const PREFIX = '/queues';

/** Its pages bring inline styles; scripts and requests stay at home. */
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

/** The page wants its fonts from elsewhere. It has others, and no browser of ours shall ask strangers. */
const FOREIGN_LINK = /<link href="https?:[^>]*>\s*/g;

/** Adds the pages. Browsers cannot be given a bearer token, so they are asked for it as the password of Basic. */
export function addQueueView(app: FastifyInstance, { board }: Pick<HttpDeps, 'board'>): void {
  const pages = new FastifyAdapter();
  pages.setBasePath(PREFIX);
  const uiConfig = { boardTitle: 'Rollcall queues', miscLinks: [{ text: 'Console', url: '/' }] };
  createBullBoard({ queues: board, serverAdapter: pages, options: { uiConfig } });
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
