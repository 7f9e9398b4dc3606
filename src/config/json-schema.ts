/** The JSON Schema of the configuration file, for editors and for people. */
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** JSON Schema 2020-12. Where a value is not free text, text with a `${VARIABLE}` in it is allowed as well. */
export function settingsSchema(): z.core.JSONSchema.BaseSchema {
  const fine = () => undefined;
  const schema = configSchema({
    filterProblem: fine,
    dnProblem: fine,
    scheduleProblem: fine,
    normaliseName: name => name,
  });
  const generated = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      allowVariable(jsonSchema);
      // zod leaves it out where text is turned into a number first.
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
    },
  });
  return { title: 'Rollcall configuration', ...generated };
}

/** In draft 2020-12 an `anyOf` beside other keywords adds to them, so the restricting ones move inside. */
function allowVariable(schema: z.core.JSONSchema.BaseSchema): void {
  const isFree = schema.type === 'string' && (schema.pattern ?? '\\S') === '\\S' && schema.enum === undefined;
  const isCollection = schema.type === 'object' || schema.type === 'array';
  const isScalar = schema.type === undefined ? schema.enum !== undefined : !isCollection;
  if (isFree || !isScalar) return;
  const { description, default: preset, ...restriction } = schema;
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, {
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset }),
    anyOf: [restriction, { type: 'string', pattern: '\\$\\{' }],
  });
}
