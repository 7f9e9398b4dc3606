/** The word check reads documents and the texts in code, and reports each word with its replacement. */
import { describe, expect, it } from 'vitest';
import { refused } from '../../dev/check-words.ts';

describe('the word check', () => {
  it('names file, line, word and replacement', () => {
    expect(refused('docs/a.md', 'Plain.\nNobody is told.')).toEqual([
      'docs/a.md:2 "Nobody": say name the user, person, process or caller, or "no user"',
      'docs/a.md:2 "told": say "notified", "reported", "shown"',
    ]);
  });

  it('ignores parts of words, inline code and code blocks', () => {
    expect(refused('docs/a.md', 'standard `nobody`\n\n```sh\necho nobody\n```\n')).toEqual([]);
  });

  it('reads the strings of code, not its comments and names', () => {
    const code = "// nobody\nconst told = 'fine'; /* anew */\nconst text = `who is\n beside`;\n";
    expect(refused('src/a.ts', code)).toEqual([
      'src/a.ts:4 "beside": say "next to", "in addition to", "with"',
    ]);
  });

  it('reads a template within a template, and no code between them', () => {
    const code = 'html`<a href="http://x">#{told ? html`anew #{nobody({ bear })}` : "lest"} upon</a>`;';
    expect(refused('src/a.js', code.replaceAll('#', '$')).map(line => /"(\w+)"/.exec(line)?.[1])).toEqual([
      'anew',
      'lest',
      'upon',
    ]);
  });
});
