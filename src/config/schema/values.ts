/**
 * The value types of the schema. The error of each is a short phrase of what is allowed ("a whole number from 1 to
 * 10"), which schema-issues.ts turns into a sentence. A check with its own sentence is a custom one.
 */
import * as z from 'zod';
import { DURATION, durationMs, SIZE, sizeBytes } from './quantities.ts';

/** A block with exactly these keys. */
export function block<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: `a block with the keys ${Object.keys(shape).join(', ')}` });
}

/** Text that is not empty. `allowed` describes it in messages. */
export function text(allowed = 'text', pattern = /\S/) {
  return z.string({ error: allowed }).regex(pattern, { error: allowed, abort: true });
}

/** A secret. secrets.ts checks the content, so that no message of the schema can quote it. */
export function secret() {
  return z.string({ error: 'text' }).optional();
}

/** Text that passes `problem`, which returns a complete sentence if the text is invalid. */
export function checked(allowed: string, problem: (text: string) => string | undefined) {
  return text(allowed).superRefine((value, context) => {
    const message = problem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message, params: { sentence: true } });
  });
}

/** A whole number, also as text, because environment variables are text. */
export function integer(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z.preprocess(numberOf, z.int({ error }).min(min, { error }).max(max, { error }));
}

/** A percentage from 0 to 100. */
export function percent() {
  const error = 'a number from 0 to 100';
  return z.preprocess(numberOf, z.number({ error }).min(0, { error }).max(100, { error }));
}

/** true or false, also as text, because environment variables are text. */
export function flag() {
  return z.preprocess(
    value => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean({ error: 'true or false' }),
  );
}

/** `2 reads`, or a duration in addition to them. The value stays text. */
export function grace() {
  const error = '"2 reads", or a duration such as 30m that must also pass';
  return z.string({ error }).regex(/^(2 reads|\d{1,10}(ms|s|m|h))$/, { error });
}

/** A duration from `minMs` milliseconds up to 24 days. The value stays text. */
export function duration(minMs = 1) {
  const error = `a duration such as 500ms, 5s, 10m or 6h,${minMs > 0 ? ' more than 0 and' : ''} at most 24 days`;
  return z
    .string({ error })
    .regex(DURATION, { error, abort: true })
    .refine(value => durationMs(value) >= minMs, { error });
}

/** A size from `min` to `max`. The value stays text. */
export function size(min: string, max: string) {
  const error = `a size such as 512KiB or 32MiB, from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(SIZE, { error, abort: true })
    .refine(value => sizeBytes(value) >= sizeBytes(min) && sizeBytes(value) <= sizeBytes(max), { error });
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** A list of at least `min` items. */
export function list<Item extends z.ZodType>(item: Item, allowed: string, min = 0) {
  return z.array(item, { error: allowed }).min(min, { error: allowed });
}

/** Values by name: texts, numbers, true or false. */
export function values() {
  const error = 'a block of names with a text, a number, true or false';
  return z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error }), { error });
}

/** A URL. Messages never quote it, because it may contain a password. */
export function url(allowed: string, fits: (url: string) => boolean) {
  return checked(allowed, text => (fits(text) ? undefined : `must be ${allowed}`));
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
