/** Templates of mappings: "{ou} {cn}", and with parts of the DN, from the entry upwards: "{dn.ou} {cn}", "{dn.ou[1]}". */
import { readDn, typeName } from '../text/dn-key.ts';

const DN_PART = /^dn\.([a-z][a-z0-9-]*)(?:\[(\d{1,2})\])?$/i;

/**
 * Fills a template from a group's attributes (keys in lower case) and its DN. An attribute that the group lacks makes the
 * whole text undefined and is named, because half a name would be another group's name.
 */
export function fillTemplate(
  template: string,
  { attributes, dn }: { readonly attributes: Readonly<Record<string, string>>; readonly dn: string },
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const text = template.replace(/\{([^{}]+)\}/g, (_, attribute: string) => {
    const [, type, index = '0'] = DN_PART.exec(attribute) ?? [];
    const value = type === undefined ? attributes[attribute.toLowerCase()] : partsOf(dn, type)[Number(index)];
    if (value === undefined) missing ??= attribute;
    return value ?? '';
  });
  return missing === undefined ? { text } : { missing };
}

/** The values that RDNs of a type have in a DN, from the entry upwards. */
export function partsOf(dn: string, type: string): string[] {
  const wanted = typeName(type);
  const rdns = readDn(dn) ?? [];
  const found = rdns.map(rdn => rdn.find(part => !part.encoded && typeName(part.type) === wanted)?.value);
  return found.filter(value => value !== undefined);
}
