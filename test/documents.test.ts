/** README and docs/, compared with the real command line and files. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../src/cli/program.ts';
import { linesOf, shellBlocks, shellWords } from './support/documents.ts';

/** A missing file: the command fails after its arguments were understood. */
const NO_CONFIG = '/nowhere/rollcall.yaml';
/** A file that the operator writes. */
const OWN_CONFIG = 'config/rollcall.yaml';

async function rollcall(args: readonly string[]): Promise<{ code: number; output: string }> {
  const written: string[] = [];
  const into = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
  const code = await runCli(args, { env: { ROLLCALL_CONFIG: NO_CONFIG }, stdout: into, stderr: into });
  const output = written.join('');
  return { code, output };
}

/** The arguments of every `rollcall …` in a shell line, without a configuration of this machine. */
function commandsIn(line: string): string[][] {
  return line.split(/&&|\|\||[|;<>]|\$\(/).flatMap(part => {
    const [, ...args] = shellWords(part.replace(/^\s*(?:\w+=\S*\s+)*(?:npx )?(?=rollcall\b)/, ''));
    if (!/^\s*(?:\w+=\S*\s+)*(?:npx )?rollcall\s/.test(part)) return [];
    return [args.map((arg, at) => (args[at - 1] === '--config' ? NO_CONFIG : arg))];
  });
}

async function helps(above: readonly string[] = []): Promise<{ command: string; help: string }[]> {
  const { output } = await rollcall([...above, '--help']);
  const [, list = ''] = output.split('\nCommands:\n');
  const names = [...(list.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z][\w-]*)/gm)].map(
    ([, name = '']) => name,
  );
  const below = names.filter(name => name !== 'help').map(name => helps([...above, name]));
  return [{ command: above.join(' '), help: output }, ...(await Promise.all(below)).flat()];
}

const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md').sort()];
const commands = documents.flatMap(document =>
  shellBlocks(document)
    .flatMap(linesOf)
    .flatMap(commandsIn)
    .map(args => ({ document, args })),
);

describe('the documents', () => {
  it('have commands', () => expect(commands.length).toBeGreaterThan(30));

  it.each(commands)('$document: rollcall $args', async ({ args }) => {
    const { code, output } = await rollcall(args);
    expect(code === 0 || output.includes(NO_CONFIG), output).toBe(true);
  });

  it('docs/cli.md has every command, and no flag that no command takes', async () => {
    const text = readFileSync('docs/cli.md', 'utf8');
    const all = await helps();
    const shown = [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.split(/[^\w-]+/));
    const missing = all.filter(
      ({ command }) =>
        !shown.some(code => command.split(' ').every(word => word === '' || code.includes(word))),
    );
    expect(missing.map(({ command }) => command)).toEqual([]);
    const flags = new Set(all.flatMap(({ help }) => help.match(/--[a-z][\w-]*/g) ?? []));
    expect((text.match(/--[a-z][\w-]*/g) ?? []).filter(flag => !flags.has(flag))).toEqual([]);
  });

  it.each(documents)('%s: the files it names exist', document => {
    const text = readFileSync(document, 'utf8');
    const named = [...text.matchAll(/`((?:src|test|dev|docs|config|deploy)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) =>
      document.startsWith('docs/') ? `docs/${path}` : path,
    );
    expect([...named, ...linked].filter(path => path !== OWN_CONFIG && !existsSync(path))).toEqual([]);
  });

  it.each(documents)('%s: the sections it links exist', document => {
    const text = readFileSync(document, 'utf8');
    const anchors = [...text.matchAll(/\]\(([\w./-]*)#([^)]+)\)/g)].map(([, path = '', anchor = '']) => {
      const folder = document.startsWith('docs/') && path !== '' ? 'docs/' : '';
      return { file: path === '' ? document : `${folder}${path}`, anchor };
    });
    const broken = anchors.filter(({ file, anchor }) => !headings(file).includes(anchor));
    expect(broken).toEqual([]);
  });
});

/** In the form of GitHub. */
function headings(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}
