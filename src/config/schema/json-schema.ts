/** The JSON Schema of the configuration file, for editors and operators. */
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** Returns JSON Schema 2020-12. Any value can also be text with a `${VARIABLE}`. */
export function settingsSchema(): z.core.JSONSchema.BaseSchema {
  const valid = () => undefined;
  const schema = configSchema({
    filterProblem: valid,
    dnProblem: valid,
    scheduleProblem: valid,
    normaliseName: name => name,
  });
  const generated = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      allowVariable(jsonSchema);
      // zod omits the default of a preprocessed value.
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
    },
  });
  return { title: 'Rollcall configuration', ...generated };
}

/** Moves restrictions into an `anyOf`, because keywords next to an `anyOf` also apply to its alternatives. */
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
