import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Progress } from '../../../model/run.ts';
import type { App, HttpDeps } from '../../ports/http.ts';
import { type EventStream, openEventStream } from '../../protocol/event-stream.ts';
import { Problem } from '../../protocol/problems.ts';
import { runPath } from '../../schemas/inputs.ts';
import { knownRun } from './show-run.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Without this header, nginx buffers the stream.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;

const events = z.string().meta({
  description:
    'Events "run" with status, stage, counts, rate (entries read or groups applied per second) and estimateSeconds, ' +
    'then one event "end". Ids increase. Each event is the complete state, so a client that reconnects misses nothing.',
});

/** `GET /api/runs/{id}/events`: progress as Server-Sent Events. Answers 204 if the client has received the end. */
export function addRunEvents(app: App, deps: HttpDeps): void {
  const open = new Set<EventStream>();
  app.addHook('preClose', async () => {
    for (const each of open) each.close();
  });
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
      if (request.method === 'HEAD') return reply.headers(HEADERS).send('');
      if (open.size >= deps.progress.maxStreams) throw tooMany(deps.progress.maxStreams);
      streamRun(reply, { run: run.id, lastId, deps, open });
      return reply;
    },
  );
}

interface Wanted {
  readonly run: number;
  readonly lastId: number;
  readonly deps: HttpDeps;
  readonly open: Set<EventStream>;
}

/** Streams the progress and keeps the stream in `open` while it lasts. Does nothing if the client is gone. */
function streamRun(reply: FastifyReply, { run, lastId, deps, open }: Wanted): void {
  reply.hijack();
  const { raw } = reply;
  if (raw.destroyed) return;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, HEADERS);
  const stream = openEventStream(raw, lastId);
  open.add(stream);
  const unwatch = deps.progress.watch(run, {
    next: progress => stream.show('run', progress.at.getTime(), contentOf(progress)),
    end: () => stream.finish('end'),
  });
  raw.on('close', () => {
    unwatch();
    open.delete(stream);
  });
}

function contentOf({ run: { status, counts }, stage, rate, estimateSeconds }: Progress) {
  return { status, stage, counts, rate, estimateSeconds };
}

/** Parses Last-Event-ID. An invalid id counts as none. */
function idOf(header: string | undefined): number {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}

function tooMany(limit: number): Problem {
  const detail = `This instance supports at most ${limit} open streams. Try again, or poll GET /api/runs/{id}.`;
  return new Problem('too_many_streams', detail, {}, { 'retry-after': '5' });
}
