/** `GET /` and the files of the console. They are public; all data comes from the API. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { App } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import type { Console, ConsoleFile } from './console-file.ts';

const page = z.string().meta({ description: 'The console.' });

const IMMUTABLE = 'public, max-age=31536000, immutable';

/** The smaller one first. */
const ENCODINGS = ['br', 'gzip'] as const;

export function addConsole(app: App, { index, files }: Console): void {
  app.get(
    '/',
    {
      config: { access: 'public', servesRefused: true },
      schema: {
        operationId: 'console',
        summary: 'Console',
        tags: ['console'],
        produces: ['text/html'],
        response: { 200: page },
      },
    },
    async (_request, reply) => reply.type('text/html; charset=utf-8').send(index),
  );
  const assets = new Map([...files].map(([path, file]) => [path, { ...file, etag: etagOf(file) }]));
  app.get<{ Params: { '*': string } }>(
    '/console/*',
    { config: { access: 'public', servesRefused: true }, schema: { hide: true } },
    async (request, reply) => {
      const asset = assets.get(request.params['*']);
      if (asset === undefined) throw new Problem('not_found', 'The console has no such file.');
      const { encodings } = asset;
      // Browsers revalidate every file of a checkout, so that a page never mixes files of two versions.
      const control = encodings === undefined ? 'no-cache' : IMMUTABLE;
      reply.headers({ 'cache-control': control, etag: asset.etag, vary: 'accept-encoding' });
      if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
      reply.type(`${asset.type}; charset=utf-8`);
      const encoding = ENCODINGS.find(name => accepts(request.headers['accept-encoding'], name));
      if (encodings === undefined || encoding === undefined) return reply.send(asset.content);
      return reply.header('content-encoding', encoding).send(encodings[encoding]);
    },
  );
}

function etagOf({ content }: ConsoleFile): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** Whether the value of Accept-Encoding names the encoding, and not with the weight 0. */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  const offered = String(header ?? '').split(',');
  return offered.some(each => {
    const [name = '', ...parameters] = each.split(';').map(part => part.trim().toLowerCase());
    return name === encoding && !parameters.some(parameter => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
