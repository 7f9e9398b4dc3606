import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Progress } from '../../run.ts';
import type { App, HttpDeps } from '../deps.ts';
import { type EventStream, openEventStream } from '../event-stream.ts';
import { Problem } from '../problems.ts';
import { runPath } from '../schemas/inputs.ts';
import { knownRun } from './show-run.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies of the nginx family would keep it back until there is enough of it.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;

const events = z.string().meta({
  description:
    'Events "run" with status, stage, counts, rate (a second: entries read, or groups applied) and estimateSeconds; ' +
    'then one event "end". Ids grow. Each event is the whole state, so a client that comes back misses nothing.',
});

/** `GET /api/runs/{id}/events`: live progress as Server-Sent Events; 204 for whoever has seen the end already. */
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
        summary: 'Progress of a run as it happens',
        tags: ['runs'],
        params: runPath,
        headers: z.object({
          'last-event-id': z.string().max(200).optional().meta({ description: 'The last id that was seen.' }),
        }),
        response: {
          200: { description: 'A stream.', content: { 'text/event-stream': { schema: events } } },
          204: z.null().meta({ description: 'The end was seen; do not come back.' }),
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

/** Keeps the stream in `open` for as long as it lasts; whoever went before it began never sees it. */
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

/** Ids are ours; whatever else somebody sends is as good as none. */
function idOf(header: string | undefined): number {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}

function tooMany(limit: number): Problem {
  const detail = `This instance keeps at most ${limit} streams open. Try again, or ask GET /api/runs/{id} now and then.`;
  return new Problem('too_many_streams', detail, {}, { 'retry-after': '5' });
}
