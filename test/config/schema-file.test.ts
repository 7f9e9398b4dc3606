/** The published JSON schema agrees with the configuration that the program accepts. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/config/schema/json-schema.ts';

const FILE = new URL('../../config/rollcall.schema.json', import.meta.url);

describe('config/rollcall.schema.json', () => {
  it('is up to date (npm run schema writes it)', async () => {
    expect(JSON.parse(await readFile(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(settingsSchema())));
  });

  it('describes every key', () => {
    const bare: string[] = [];
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value)) {
            if (!('description' in Object(property))) bare.push(`${path}.${name}`);
          }
        }
        visit(value, key === 'properties' || key === 'items' ? path : `${path}.${key}`);
      }
    };
    visit(settingsSchema(), '');
    expect(bare).toEqual([]);
  });

  it('allows a variable as a number or as a word', () => {
    expect(settingsSchema()).toHaveProperty('properties.http.properties.port', {
      description: 'Port to listen on; 0: any free port.',
      default: 8080,
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 65535 },
        { type: 'string', pattern: '\\$\\{' },
      ],
    });
  });
});
