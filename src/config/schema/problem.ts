/** Paths into the configuration, and problems at a path. */

/** Keys and list positions from the top of the file: ['directories', 0, 'pageSize']. */
export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  /** What is wrong and what is allowed. Never contains a secret. */
  readonly message: string;
}

/** A path as text: `directories[0].pageSize`. The top of the file is the empty text. */
export function keyText(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('');
}

/** The value at a path; undefined if there is none. */
export function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (isBlock(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    content,
  );
}

/** Whether the value is a block of keys or a list. */
export function isBlock(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A value and its path. */
export interface Place {
  readonly path: Path;
  readonly value: unknown;
}

/** The items of a list with their paths; empty if the value is not a list. */
export function itemsAt(content: unknown, path: Path): Place[] {
  const list = valueAt(content, path);
  return Array.isArray(list) ? list.map((value: unknown, index) => ({ path: [...path, index], value })) : [];
}
