/** `GET /api/runs/{id}/events`: progress as Server-Sent Events. Answers 204 if the client has received the end. */
import { z } from 'zod';
import type { Progress } from '../../../model/run.ts';
import type { App, HttpDependencies } from '../../ports/http.ts';
import { runPath } from '../../schemas/inputs.ts';
import { STREAM_HEADERS, type Streams } from '../../streams/streams.ts';
import { knownRun } from './show-run.ts';

const events = z.string().meta({
  description:
    'Events "run" with status, stage, counts, rate (entries read or groups applied per second) and estimateSeconds, ' +
    'then one event "end". Ids increase. Each event is the complete state, so a client that reconnects misses nothing.',
});

export function addRunEvents(app: App, deps: HttpDependencies, streams: Streams): void {
  app.get(
    '/api/runs/:id/events',
    {
      config: {
        access: 'viewer',
        unlimited: true,
        problems: ['unknown_run', 'too_many_streams', 'unavailable'],
      },
      schema: {
        operationId: 'watchRun',
        summary: 'Stream the progress of a run',
        tags: ['runs'],
        params: runPath,
        headers: z.object({
          'last-event-id': z
            .string()
            .max(200)
            .optional()
            .meta({ description: 'The id of the last received event.' }),
        }),
        response: {
          200: { description: 'A stream of events.', content: { 'text/event-stream': { schema: events } } },
          204: z.null().meta({ description: 'The client has received the end; do not reconnect.' }),
        },
      },
    },
    async (request, reply) => {
      const run = await knownRun(deps, request.params.id);
      const lastId = idOf(request.headers['last-event-id']);
      if (run.finishedAt !== undefined && lastId >= run.finishedAt.getTime())
        return reply.code(204).send(null);
      if (request.method === 'HEAD') return reply.headers(STREAM_HEADERS).send('');
      const opened = streams.open(request, reply, lastId);
      if (opened === undefined) return reply;
      const { stream, signal } = opened;
      const unwatch = deps.progress.watch(run.id, {
        next: progress => stream.show('run', progress.at.getTime(), contentOf(progress)),
        end: () => stream.finish('end'),
      });
      signal.addEventListener('abort', unwatch);
      return reply;
    },
  );
}

function contentOf({ run: { status, counts }, stage, rate, estimateSeconds }: Progress) {
  return { status, stage, counts, rate, estimateSeconds };
}

/** Parses Last-Event-ID. An invalid id counts as none. */
function idOf(header: string | undefined): number {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}
