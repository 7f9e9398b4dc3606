import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { App } from '../deps.ts';

const asset = z.string().meta({ description: 'A file of the console.' });

const FILES = [
  { path: '/', file: 'index.html', type: 'text/html' },
  { path: '/console.css', file: 'console.css', type: 'text/css' },
  { path: '/console.js', file: 'console.js', type: 'text/javascript' },
  { path: '/console-api.js', file: 'console-api.js', type: 'text/javascript' },
  { path: '/console-parts.css', file: 'console-parts.css', type: 'text/css' },
  { path: '/console-text.js', file: 'console-text.js', type: 'text/javascript' },
  { path: '/console-view.js', file: 'console-view.js', type: 'text/javascript' },
  { path: '/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const;

/** `GET /` and the files that the page loads. They hold nothing secret; what they show comes from the API. */
export function addConsole(app: App): void {
  for (const { path, file, type } of FILES) {
    const content = readFileSync(new URL(`../console/${file}`, import.meta.url), 'utf8');
    app.get(
      path,
      {
        config: { access: 'public' },
        schema: {
          summary: `Console: ${file}`,
          tags: ['console'],
          produces: [type],
          response: { 200: asset },
        },
      },
      async (_request, reply) => reply.type(`${type}; charset=utf-8`).send(content),
    );
  }
}
