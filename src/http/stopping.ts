/** What is under way when the server stops. */
import type { FastifyInstance } from 'fastify';

/** With what a worker is given to finish, still under the 30 s after which Kubernetes and systemd lose patience. */
const PATIENCE_MS = 3_000;

/** Cuts answers off that go on when the server stops: a client that reads slowly, or not at all, would keep the process. */
export function limitStopping(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const timer = setTimeout(() => app.server.closeAllConnections(), PATIENCE_MS);
    app.server.once('close', () => clearTimeout(timer));
  });
}
