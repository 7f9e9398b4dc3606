/** Ends open responses when the server stops. */
import type { FastifyInstance } from 'fastify';

/** Together with the drain time of the worker less than the 30 s after which Kubernetes and systemd kill a process. */
const CLOSE_AFTER_MS = 3_000;

/** Closes connections a while after the server stops: a slow client would otherwise keep the process alive. */
export function limitStopping(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_AFTER_MS);
    app.server.once('close', () => clearTimeout(timer));
  });
}
