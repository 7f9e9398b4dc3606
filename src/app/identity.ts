/** By another identity attribute everything would look new, and what is linked would look gone (case B11). */
import { ConfigError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { linkedBy } from '../store/state.ts';

/** Throws ConfigError for directories whose configured attribute (`auto` is found out by reading) is not the linked one. */
export async function requireIdAttributes(
  db: Database,
  { directories }: Pick<Settings, 'directories'>,
): Promise<void> {
  const linked = await linkedBy(db);
  const problems = directories.flatMap(({ name, idAttribute }, index) => {
    const before = linked.get(name);
    if (before === undefined || idAttribute === 'auto' || idAttribute === before) return [];
    return [
      `directories[${index}].idAttribute is ${idAttribute}, and what is linked in "${name}" was found by ${before}: ` +
        `set it back, or match by DN with "rollcall relink ${name}" (id_attribute_changed)`,
    ];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}
