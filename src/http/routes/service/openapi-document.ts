/** `GET /openapi.json`: the OpenAPI 3.1 document, generated from the schemas that validate requests and responses. */
import { z } from 'zod';
import type { App } from '../../ports/http.ts';

const document = z.looseObject({ openapi: z.string() }).meta({ description: 'This document.' });

export function addOpenApi(app: App): void {
  app.get(
    '/openapi.json',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'openApi',
        summary: 'OpenAPI 3.1',
        tags: ['documentation'],
        response: { 200: document },
      },
    },
    async () => ({ openapi: '3.1.0', ...app.swagger() }),
  );
}
