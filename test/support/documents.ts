/** Reads the commands in the documents. */
import { readFileSync } from 'node:fs';

/** The shell blocks of a document, in order. */
export function shellBlocks(document: string): string[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block);
}

/** The commands of a block, with continued lines joined and comments removed. */
export function linesOf(block: string): string[] {
  const lines = block.replaceAll('\\\n', ' ').split('\n');
  return lines.map(line => line.replace(/(?:^|\s)#.*$/, '').trim()).filter(line => line !== '');
}

/** Splits a command into words as a shell does, without expansions. */
export function words(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}
