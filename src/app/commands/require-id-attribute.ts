/** Guards against a changed identity attribute: all groups would look new, and all linked groups gone (case B11). */
import { ConfigError } from '../../errors.ts';
import type { Settings } from '../../model/settings.ts';
import { linkedBy } from '../../store/current/directory-state.ts';
import type { Database } from '../../store/database/database.ts';

/** Throws ConfigError if the configured attribute of a directory is not the one that its links use. Ignores `auto`. */
export async function requireIdAttributes(
  db: Database,
  { directories }: Pick<Settings, 'directories'>,
): Promise<void> {
  const linked = await linkedBy(db);
  const problems = directories.flatMap(({ name, idAttribute }, index) => {
    const before = linked.get(name);
    if (before === undefined || idAttribute === 'auto' || idAttribute === before) return [];
    return [
      `directories[${index}].idAttribute is ${idAttribute}, but the existing links of "${name}" use ${before}: ` +
        `restore the old value, or match by DN with "rollcall relink ${name}" (id_attribute_changed)`,
    ];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}
