/** Templates of mappings: "{ou} {cn}". */

/**
 * Fills a template from a group's attributes (keys in lower case). An attribute that the group lacks makes the whole
 * text undefined and is named, because half a name would be another group's name.
 */
export function fillTemplate(
  template: string,
  attributes: Readonly<Record<string, string>>,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const text = template.replace(/\{([^{}]+)\}/g, (_, attribute: string) => {
    const value = attributes[attribute.toLowerCase()];
    if (value === undefined) missing ??= attribute;
    return value ?? '';
  });
  return missing === undefined ? { text } : { missing };
}
