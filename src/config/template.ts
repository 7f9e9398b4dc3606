/** Templates of mappings, seen from the configuration: `{attribute}` inside text. */

const PLACEHOLDER = /\{[A-Za-z][A-Za-z0-9-]*\}/g;

/** What is wrong with a template, undefined when it is well formed. */
export function templateProblem(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  return /[{}]/.test(text.replace(PLACEHOLDER, ''))
    ? 'has a brace that does not enclose an attribute name; write {cn}, or text without braces'
    : undefined;
}

/** Whether the text is the same for every group. */
export function isFixed(text: string): boolean {
  return !text.includes('{');
}
