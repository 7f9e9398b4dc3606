/** Finds the group attributes that the templates of mappings use, such as "{ou}-{cn}". */
import type { MappingSettings } from '../model/settings.ts';

/**
 * The attributes in the team and name templates of the mappings, in lower case, without placeholders for parts of the
 * DN.
 */
export function templateAttributes(mappings: readonly Pick<MappingSettings, 'team' | 'name'>[]): string[] {
  const templates = mappings.flatMap(mapping => [mapping.team, mapping.name]);
  const names = templates.flatMap(template =>
    [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name),
  );
  const attributes = names.map(name => name.trim().toLowerCase()).filter(name => !name.startsWith('dn.'));
  return [...new Set(attributes)];
}
