import * as z from 'zod';

/** A few keys of a block, undefined when one of them is not usable; the other keys may be as wrong as they like. */
export function pick<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  value: unknown,
): z.output<z.ZodObject<Shape>> | undefined {
  const found = z.object(shape).safeParse(value);
  return found.success ? found.data : undefined;
}
