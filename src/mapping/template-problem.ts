/** Validates the templates of mappings: text with `{attribute}`, `{dn.ou}` or `{dn.ou[1]}`. */

const PLACEHOLDER = /\{(?:dn\.[a-z][a-z0-9-]*(?:\[\d{1,2}\])?|[a-z][a-z0-9-]*)\}/gi;

/** The problem of a template; undefined if it is valid. */
export function templateProblem(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  const rest = text.replace(PLACEHOLDER, '');
  if (/\{dn\.|\[/i.test(rest) && rest.includes('{'))
    return 'contains an invalid DN placeholder; write {dn.ou} for the nearest ou, {dn.ou[1]} for the next one up';
  return /[{}]/.test(rest)
    ? 'contains a brace without an attribute name; write {cn}, or text without braces'
    : undefined;
}

/** Whether the text is the same for every group. */
export function isFixed(text: string): boolean {
  return !text.includes('{');
}
