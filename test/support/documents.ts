/** Commands as the documents have them. */
import { readFileSync } from 'node:fs';

/** The blocks of shell in a document, in order. */
export function shellBlocks(document: string): string[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block);
}

/** The lines of a block, continued ones joined, without comments. */
export function linesOf(block: string): string[] {
  const lines = block.replaceAll('\\\n', ' ').split('\n');
  return lines.map(line => line.replace(/(?:^|\s)#.*$/, '').trim()).filter(line => line !== '');
}

/** A command split as a shell does, without expansions. */
export function words(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}
