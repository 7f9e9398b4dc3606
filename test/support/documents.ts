/** Reads the commands in the documents. */
import { readFileSync } from 'node:fs';

/** The shell blocks of a document, in order. */
export function shellBlocks(document: string): string[] {
  return blocksOf(document, 'sh');
}

/** The blocks of a document in one language, in order. */
export function blocksOf(document: string, language: string): string[] {
  const text = readFileSync(document, 'utf8');
  const blocks = text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'));
  return [...blocks].map(([, block = '']) => block);
}

/** The commands of a block, with continued lines joined and comments removed. */
export function linesOf(block: string): string[] {
  const lines = block.replaceAll('\\\n', ' ').split('\n');
  return lines.map(line => line.replace(/(?:^|\s)#.*$/, '').trim()).filter(line => line !== '');
}

/** Splits a command into words as a shell does, without expansions. */
export function shellWords(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}
