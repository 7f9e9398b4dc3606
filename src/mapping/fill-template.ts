/**
 * Fills templates of mappings: attributes as in "{ou} {cn}", and parts of the DN, counted from the entry upwards:
 * "{dn.ou} {cn}", "{dn.ou[1]}".
 */
import { readDn, typeName } from '../text/dn-key.ts';

const DN_PART = /^dn\.([a-z][a-z0-9-]*)(?:\[(\d{1,2})\])?$/i;

/**
 * Fills a template from the attributes (keys in lower case) and the DN of a group. Returns the name of the missing
 * attribute if the group lacks one, because a partial name could be the name of another group.
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

/** The values of all RDNs of one type in a DN, from the entry upwards. */
export function partsOf(dn: string, type: string): string[] {
  const wanted = typeName(type);
  const rdns = readDn(dn) ?? [];
  const found = rdns.map(rdn => rdn.find(part => !part.encoded && typeName(part.type) === wanted)?.value);
  return found.filter(value => value !== undefined);
}
