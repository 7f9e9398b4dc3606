/** Turns the issues of zod into messages for the operator who edits the file. */
import * as z from 'zod';
import { isBlock, type Path, type Problem, valueAt } from '../schema/problem.ts';
import { isSecret } from '../source/secrets.ts';
import { suggest } from './suggest.ts';

/** Converts issues of zod to problems. Does not quote values from the environment (`fromVariable`). */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
  content: unknown,
  fromVariable: (path: Path) => boolean,
): Problem[] {
  return issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => unknownKey([...issue.path, key], key, keysAt(schema, issue.path)))
      : {
          path: issue.path,
          message: sentence(issue, valueAt(content, issue.path), fromVariable(issue.path)),
        },
  );
}

function unknownKey(path: Path, key: string, allowed: readonly string[]): Problem {
  const [word = '', ...rest] = key.split(':');
  // YAML parses `secret:abc` without the space as one key, so the message would contain the secret.
  if (rest.length > 0) {
    return { path: [...path.slice(0, -1), word], message: 'needs a space after the colon' };
  }
  const close = suggest(key, allowed);
  const hint = close === undefined ? 'allowed here' : `did you mean ${close}? Allowed here`;
  return { path, message: `is not a known key; ${hint}: ${allowed.join(', ')}` };
}

function sentence(issue: z.core.$ZodIssue, value: unknown, fromVariable: boolean): string {
  if (issue.code === 'custom' && issue.params?.['sentence'] === true) return issue.message;
  if (value === undefined) return `is missing; give ${issue.message}`;
  if (value === null || value === '') return `is empty; give ${issue.message}`;
  const received = fromVariable || isSecret(issue.path) ? '' : `, not ${quote(issue, value)}`;
  return `must be ${issue.message}${received}${advice(issue, value)}`;
}

/** Quotes short values. Does not quote a value in the place of a block or list, because it may be a password. */
function quote(issue: z.core.$ZodIssue, value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isBlock(value)) return 'a block';
  if (issue.code === 'invalid_type' && ['object', 'array'].includes(issue.expected)) return 'a single value';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function advice(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type' && issue.expected === 'string' && !isBlock(value)) {
    return ' (put it in quotes)';
  }
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return '';
  const close = suggest(value, issue.values.map(String));
  return close === undefined ? '' : `; did you mean ${close}?`;
}

/** The keys of the block at this path of the schema. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const inner = unwrap(schema);
  const [step, ...rest] = path;
  if (inner instanceof z.ZodArray) return keysAt(inner.element, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(inner.shape);
  const next: unknown = inner.shape[String(step)];
  return next instanceof z.ZodType ? keysAt(next, rest) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrap(schema.unwrap()) : schema;
}
