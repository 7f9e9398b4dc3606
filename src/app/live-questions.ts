/** Limits how many questions of callers a directory answers at a time, so that callers cannot overload it. */

/** The maximum number of open questions to one directory in this process. Each has its own connection. */
const AT_ONCE = 4;

const open = new Map<string, number>();

/** Asks the directory, unless it answers too many questions already. undefined: it was not asked. */
export async function askDirectory<Answer>(
  directory: string,
  question: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const others = open.get(directory) ?? 0;
  if (others >= AT_ONCE) return undefined;
  open.set(directory, others + 1);
  try {
    return await question();
  } finally {
    open.set(directory, (open.get(directory) ?? 1) - 1);
  }
}
