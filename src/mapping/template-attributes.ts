/** Templates over a group's attributes, as mappings use them: "{cn}", "{ou}-{cn}". */
import type { MappingSettings } from '../model/settings.ts';

/** The attributes that the mappings' team and name templates mention, in lower case. Parts of the DN are none. */
export function templateAttributes(mappings: readonly MappingSettings[]): string[] {
  const templates = mappings.flatMap(mapping => [mapping.team, mapping.name]);
  const names = templates.flatMap(template =>
    [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name),
  );
  const attributes = names.map(name => name.trim().toLowerCase()).filter(name => !name.startsWith('dn.'));
  return [...new Set(attributes)];
}
