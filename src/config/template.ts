/** Templates of mappings, seen from the configuration: `{attribute}`, or `{dn.ou}` and `{dn.ou[1]}`, inside text. */

const PLACEHOLDER = /\{(?:dn\.[a-z][a-z0-9-]*(?:\[\d{1,2}\])?|[a-z][a-z0-9-]*)\}/gi;

/** What is wrong with a template, undefined when it is well formed. */
export function templateProblem(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  const rest = text.replace(PLACEHOLDER, '');
  if (/\{dn\.|\[/i.test(rest) && rest.includes('{'))
    return 'has a part of a DN that cannot be read; write {dn.ou} for its nearest ou, {dn.ou[1]} for the next one up';
  return /[{}]/.test(rest)
    ? 'has a brace that does not enclose an attribute name; write {cn}, or text without braces'
    : undefined;
}

/** Whether the text is the same for every group. */
export function isFixed(text: string): boolean {
  return !text.includes('{');
}
