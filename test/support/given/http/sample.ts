/** Requests generated from the OpenAPI document: a valid value for every parameter and body. */

/** The part of JSON Schema that our inputs use. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Answer {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly headers?: Readonly<Record<string, object>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface Request {
  readonly url: string;
  readonly payload?: object;
}

/** A valid request; `known` has the names of existing things by parameter. */
export function goodRequest(
  path: string,
  operation: Operation,
  known: Readonly<Record<string, string>>,
): Request {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(known[name] ?? '1'));
  const wanted = (operation.parameters ?? []).filter(
    each => each.in === 'query' && (each.required === true || known[each.name] !== undefined),
  );
  const query = wanted.map(({ name, schema }) => `${name}=${known[name] ?? String(sample(schema))}`);
  const body = operation.requestBody?.content['application/json']?.schema;
  return {
    url: query.length === 0 ? url : `${url}?${query.join('&')}`,
    ...(body === undefined ? {} : { payload: { ...Object(sample(body)), ...knownIn(body, known) } }),
  };
}

/** Invalid requests: an unknown key in the query or body, and text for numbers. */
export function badRequests(path: string, operation: Operation, good: Request): Request[] {
  const numbers = (operation.parameters ?? []).filter(
    each => each.in === 'path' && each.schema.type === 'integer',
  );
  const others = { ...good, url: numbers.reduce((url, { name }) => url.replace(`{${name}}`, 'x'), path) };
  const hasQuery = (operation.parameters ?? []).some(each => each.in === 'query');
  const joint = good.url.includes('?') ? '&' : '?';
  return [
    ...(numbers.length === 0 ? [] : [{ ...others, url: others.url.replaceAll(/\{\w+\}/g, '1') }]),
    ...(hasQuery ? [{ ...good, url: `${good.url}${joint}surprise=1` }] : []),
    ...(good.payload === undefined ? [] : [{ ...good, payload: { ...good.payload, surprise: 1 } }]),
  ];
}

function knownIn(
  { properties = {}, required = [] }: Schema,
  known: Readonly<Record<string, string>>,
): object {
  const names = required.filter(name => name in properties && known[name] !== undefined);
  return Object.fromEntries(names.map(name => [name, known[name]]));
}

function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return sample(schema.anyOf[0]);
  if (schema.type === 'object') return sampleObject(schema);
  if (schema.type === 'array') return schema.items === undefined ? [] : [sample(schema.items)];
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  if (schema.format === 'date-time') return '2026-03-01T12:00:00Z';
  return schema.pattern?.includes('{64}') === true ? 'a'.repeat(64) : 'eng';
}

/** The required properties, or all properties if none is required. */
function sampleObject({ properties = {}, required = [] }: Schema): object {
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(names.map(name => [name, sample(properties[name] ?? {})]));
}
