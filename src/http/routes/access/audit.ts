/** `GET /api/audit`: changes of memberships and groups. As JSON Lines or CSV, the response streams all entries. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { AUDIT_COLUMNS, type AuditEntry } from '../../../model/audit.ts';
import type { AuditOperations } from '../../../model/operations/audit.ts';
import { csvLine } from '../../../text/csv.ts';
import type { App } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { auditPage } from '../../schemas/audit.ts';
import { id, pageLimit, text } from '../../schemas/inputs.ts';
import { answerPage, cursor, instant } from '../../schemas/paging.ts';

const JSON_LINES = 'application/jsonl';
const CSV = 'text/csv';
const AFTER_GOES_WITH_LINES = `after requires Accept: ${JSON_LINES}: every line has the cursor to continue from.`;
/** A stream lasts as long as the client needs to read it. */
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
    since: instant.optional().describe('Only entries from this instant on.'),
    until: instant.optional().describe('Only entries before this instant.'),
  })
  .refine(filter => filter.group === undefined || filter.team !== undefined, {
    path: ['team'],
    error: 'required with group',
  });

export function addAudit(app: App, deps: AuditOperations): void {
  app.get(
    '/api/audit',
    {
      config: { access: 'viewer', problems: ['unavailable'] },
      handlerTimeout: STREAM_TIMEOUT_MS,
      schema: {
        operationId: 'listAudit',
        summary:
          'List changes of groups and memberships; stream all of them as application/jsonl or text/csv',
        tags: ['audit'],
        querystring: query,
        response: {
          200: {
            description: 'A page. With Accept: application/jsonl or text/csv, all entries, one per line.',
            content: {
              'application/json': { schema: auditPage },
              [JSON_LINES]: { schema: z.unknown() },
              [CSV]: { schema: z.unknown() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { limit, cursor: key, after, ...filter } = request.query;
      reply.header('vary', 'accept');
      const format = formatOf(request.headers.accept);
      if (format !== JSON_LINES && after !== undefined)
        throw new Problem('invalid_request', AFTER_GOES_WITH_LINES);
      if (format === undefined) return answerPage(await deps.list({ ...filter, limit, after: key }));
      const name = format === CSV ? 'audit.csv' : 'audit.jsonl';
      reply.type(format).header('content-disposition', `attachment; filename="${name}"`);
      if (request.method === 'HEAD') return reply.send(Readable.from([]));
      const entries = after === undefined ? deps.stream(filter) : deps.tail(filter, after);
      return reply.send(Readable.from(format === CSV ? csvOf(entries) : linesOf(entries)));
    },
  );
}

/** undefined: a page. */
function formatOf(accept = ''): typeof JSON_LINES | typeof CSV | undefined {
  return ([JSON_LINES, CSV] as const).find(each => accept.toLowerCase().includes(each));
}

async function* linesOf(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

async function* csvOf(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  yield `${csvLine(AUDIT_COLUMNS)}\r\n`;
  for await (const entry of entries) yield `${csvLine(AUDIT_COLUMNS.map(column => entry[column]))}\r\n`;
}
