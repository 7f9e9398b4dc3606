/** Shells complete every command and every flag. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { callCommand } from '../../support/given/installation.ts';

async function script(shell: string): Promise<string> {
  const { code, stdout } = await callCommand({}, 'completion', shell);
  expect(code).toBe(0);
  return stdout;
}

/** The completions of bash after these words; the last one is incomplete. */
async function offered(...words: string[]): Promise<string[]> {
  const line = ['rollcall', ...words].map(word => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _rollcall; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${await script('bash')}\n${ask}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('completion', () => {
  it.each([
    [['gro'], ['groups']],
    [['groups', 'sh'], ['show']],
    [['groups', '--st'], ['--state']],
    [['groups', 'show', 'platform/devs', '--js'], ['--json']],
    [['explain', 'alice', '--gr'], ['--group']],
    [['completion', 'z'], ['zsh']],
    [['migrate', 'u'], ['up']],
    [['--ver'], ['--version']],
  ])('of bash offers after %j: %j', async (words, wanted) => {
    expect(await offered(...words)).toEqual(wanted);
  });

  it.each(['bash', 'zsh', 'fish'])('for %s knows every command and every flag of them', async shell => {
    const text = await script(shell);
    const { stdout } = await callCommand({}, '--help');
    const commands = [...stdout.matchAll(/^ {2}(\w+) /gm)].flatMap(match => match[1] ?? []);
    expect(commands).toContain('completion');
    for (const command of commands.filter(name => name !== 'help')) {
      expect(text, command).toContain(command);
      const help = (await callCommand({}, command, '--help')).stdout;
      for (const [, flag = ''] of help.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm))
        expect(text, `${command} --${flag}`).toContain(shell === 'fish' ? `-l ${flag}` : `--${flag}`);
    }
  });

  it('refuses a shell that it does not know', async () => {
    expect(await callCommand({}, 'completion', 'tcsh')).toMatchObject({ code: 2 });
  });
});
