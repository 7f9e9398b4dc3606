/** Reads single keys of a block whose other keys may be invalid. */
import * as z from 'zod';

/** The keys of `shape` in a block; undefined if one of them is invalid. Ignores all other keys, valid or not. */
export function pick<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  value: unknown,
): z.output<z.ZodObject<Shape>> | undefined {
  const found = z.object(shape).safeParse(value);
  return found.success ? found.data : undefined;
}
