/** `GET /api/changes`: membership changes after a cursor, as pages with long polling or as a stream. */
import { z } from 'zod';
import type { ChangeOperations } from '../../../model/operations/changes.ts';
import type { App } from '../../ports/http.ts';
import { changePage } from '../../schemas/change.ts';
import { changeLimit } from '../../schemas/inputs.ts';
import { type OpenStream, STREAM_HEADERS, type Streams } from '../../streams/streams.ts';

const EVENT_STREAM = 'text/event-stream';
const LONGEST_WAIT_S = 60;
const CURSOR = /^(start|now|\d{1,19}-(group|member)-\d{1,15})$/;

const after = z.string().regex(CURSOR, 'no cursor, nor "start" or "now"').meta({
  description: 'A cursor of this list or of the audit; start: from the beginning; now: only later changes.',
});

const query = z.strictObject({
  after: after.default('now'),
  limit: changeLimit,
  wait: z
    .string()
    .refine(text => /^\d{1,2}s$/.test(text) && secondsOf(text) <= LONGEST_WAIT_S, `0s to ${LONGEST_WAIT_S}s`)
    .default('0s')
    .meta({
      description: `How long to wait for a change if there is none: 0s to ${LONGEST_WAIT_S}s. Streams ignore it.`,
      example: '30s',
    }),
});

const events = z.string().meta({
  description:
    'First an event "start" with the cursor, then an event "change" (MembershipChange) for each change. The id of ' +
    'each event is its cursor, so a client that sends Last-Event-ID misses no change and gets none twice.',
});

/** Answers a page, or with `Accept: text/event-stream` a stream that begins after Last-Event-ID or `after`. */
export function addChanges(app: App, deps: ChangeOperations, streams: Streams): void {
  app.get(
    '/api/changes',
    {
      config: { access: 'viewer', problems: ['cursor_expired', 'too_many_streams', 'unavailable'] },
      handlerTimeout: (LONGEST_WAIT_S + 30) * 1_000,
      schema: {
        operationId: 'listChanges',
        summary: 'Follow membership changes: by page, by long poll, or as a stream',
        tags: ['audit'],
        querystring: query,
        headers: z.object({
          'last-event-id': after.optional().meta({ description: 'Streams only: takes the place of after.' }),
        }),
        response: {
          200: {
            description: 'A page. With Accept: text/event-stream, events without end.',
            content: { 'application/json': { schema: changePage }, [EVENT_STREAM]: { schema: events } },
          },
        },
      },
    },
    async (request, reply) => {
      const { after: given, limit, wait } = request.query;
      reply.header('vary', 'accept');
      if (request.headers.accept?.toLowerCase().includes(EVENT_STREAM) !== true) {
        const waitMs = secondsOf(wait) * 1_000;
        const signal = waitMs === 0 ? new AbortController().signal : streams.hold(request, reply);
        return deps.page({ after: given, limit, waitMs, signal });
      }
      if (request.method === 'HEAD') return reply.headers(STREAM_HEADERS).send('');
      const from = await deps.begin(request.headers['last-event-id'] ?? given);
      const opened = streams.open(request, reply, 0);
      if (opened !== undefined)
        sendChanges(deps, from, opened).catch(error => {
          request.log.warn({ err: error }, 'a stream of changes ended; its client will continue');
          opened.stream.close();
        });
      return reply;
    },
  );
}

async function sendChanges(deps: ChangeOperations, from: string, { stream, signal }: OpenStream) {
  await stream.send('start', from, { cursor: from });
  for await (const { items } of deps.follow(from, signal))
    for (const change of items) await stream.send('change', change.cursor, change);
  stream.close();
}

function secondsOf(wait: string): number {
  return Number(wait.slice(0, -1));
}
