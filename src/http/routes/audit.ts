import { Readable } from 'node:stream';
import { z } from 'zod';
import type { AuditEntry } from '../../model-audit.ts';
import type { AuditDeps } from '../deps/audit.ts';
import type { App } from '../deps.ts';
import { Problem } from '../problems.ts';
import { auditPage } from '../schemas/audit.ts';
import { id, pageLimit, text } from '../schemas/inputs.ts';
import { answerPage, cursor, instant } from '../schemas/inputs-access.ts';

const JSON_LINES = 'application/jsonl';
const AFTER_GOES_WITH_LINES = `after goes with Accept: ${JSON_LINES}: every line holds the cursor to go on from.`;
/** A stream lasts as long as whoever reads it takes. */
const STREAM_TIMEOUT_MS = 3_600_000;

const query = z
  .strictObject({
    limit: pageLimit,
    after: z
      .string()
      .regex(/^(start|\d{1,19}-(group|member)-\d{1,15})$/, 'no cursor of an entry, nor "start"')
      .optional()
      .describe(
        'As application/jsonl: only what came behind the cursor of an entry ("start": all), oldest first. Misses nothing.',
      ),
    cursor: cursor(z.tuple([z.int().min(0), z.enum(['member', 'group']), z.int().min(1)])),
    user: text(30).optional().meta({ description: 'A username.' }),
    team: text(50).optional().meta({ description: 'The slug of a team.' }),
    group: text(64).optional().meta({ description: 'The name of a group of that team.' }),
    run: id.optional().meta({ description: 'The number of a run.' }),
    since: instant.optional().describe('From this instant on.'),
    until: instant.optional().describe('Before this instant.'),
  })
  .refine(wish => wish.group === undefined || wish.team !== undefined, {
    path: ['team'],
    error: 'which team the group is of',
  });

/** `GET /api/audit`: who came and went, and what became of groups. Asked for as JSON Lines it is streamed whole. */
export function addAudit(app: App, deps: AuditDeps): void {
  app.get(
    '/api/audit',
    {
      config: { access: 'viewer', problems: ['unavailable'] },
      handlerTimeout: STREAM_TIMEOUT_MS,
      schema: {
        operationId: 'listAudit',
        summary: 'Every change of groups and their members; as application/jsonl all of it, one a line',
        tags: ['audit'],
        querystring: query,
        response: {
          200: {
            description: 'A page; or, where Accept says application/jsonl, everything, an entry a line.',
            content: { 'application/json': { schema: auditPage }, [JSON_LINES]: { schema: z.unknown() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { limit, cursor: key, after, ...filter } = request.query;
      reply.header('vary', 'accept');
      if (!wantsLines(request.headers.accept)) {
        if (after !== undefined) throw new Problem('invalid_request', AFTER_GOES_WITH_LINES);
        return answerPage(await deps.list({ ...filter, limit, after: key }));
      }
      reply.type(JSON_LINES).header('content-disposition', 'attachment; filename="audit.jsonl"');
      if (request.method === 'HEAD') return reply.send(Readable.from([]));
      const entries = after === undefined ? deps.stream(filter) : deps.tail(filter, after);
      return reply.send(Readable.from(linesOf(entries)));
    },
  );
}

function wantsLines(accept: string | undefined): boolean {
  return accept?.toLowerCase().includes(JSON_LINES) ?? false;
}

async function* linesOf(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
