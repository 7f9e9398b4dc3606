/** `GET /` and the files of the console. They are public; all data comes from the API. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { App } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { type ConsoleFile, consoleFiles } from './console-files.ts';

const page = z.string().meta({ description: 'The console.' });

export function addConsole(app: App): void {
  const { index, files } = consoleFiles();
  app.get(
    '/',
    {
      config: { access: 'public' },
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
    { config: { access: 'public' }, schema: { hide: true } },
    async (request, reply) => {
      const asset = assets.get(request.params['*']);
      if (asset === undefined) throw new Problem('not_found', 'The console has no such file.');
      // Browsers revalidate every file, so that a page never mixes files of two versions.
      reply.headers({ 'cache-control': 'no-cache', etag: asset.etag });
      if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
      return reply.type(`${asset.type}; charset=utf-8`).send(asset.content);
    },
  );
}

function etagOf({ content }: ConsoleFile): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}
