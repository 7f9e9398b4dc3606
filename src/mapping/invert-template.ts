/** Finds the values of attributes for which a template of a mapping would give a text. */
import type { AttributeValue } from '../model/read-targets.ts';
import { fillTemplate } from './fill-template.ts';
import { templateAttributes } from './template-attributes.ts';

/**
 * Returns, for each attribute of the template, the value that would give the text if the group keeps the values of its other
 * attributes. Attributes for which there is none are omitted.
 */
export function valuesThatGive(
  template: string,
  text: string,
  group: Parameters<typeof fillTemplate>[1],
): AttributeValue[] {
  return templateAttributes([{ team: template, name: '' }]).flatMap(attribute => {
    const parts = partsAround(template, attribute).map(part => fillTemplate(part, group));
    const fixed = parts.flatMap(part => ('text' in part ? [part.text] : []));
    if (fixed.length < parts.length) return [];
    const [first = ''] = fixed;
    const length = (text.length - fixed.join('').length) / (parts.length - 1);
    const value = text.slice(first.length, first.length + length);
    return value !== '' && fixed.join(value) === text ? [{ attribute, value }] : [];
  });
}

/** The parts of the template before, between and after the places of an attribute. */
function partsAround(template: string, attribute: string): string[] {
  const parts = [''];
  for (const piece of template.split(/(\{[^{}]+\})/)) {
    const isPlace = piece.slice(1, -1).trim().toLowerCase() === attribute && piece.startsWith('{');
    if (isPlace) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
