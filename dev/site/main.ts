/**
 * npm run docs: builds the documentation as a site into `site`. npm downloads VitePress for it, so that an installation of
 * the development tools stays small.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { settingsSchema } from '../../src/config/schema/json-schema.ts';
import { configurationKeys } from './configuration-keys.ts';

const VITEPRESS = 'vitepress@1.6.4';
const pages = resolve('.rollcall/site');
const out = resolve(process.argv[2] ?? 'site');

rmSync(pages, { recursive: true, force: true });
mkdirSync(join(pages, '.vitepress'), { recursive: true });
for (const file of globSync('*.md')) cpSync(file, join(pages, file));
cpSync('docs', join(pages, 'docs'), { recursive: true });
cpSync('dev/site/config.js', join(pages, '.vitepress/config.mjs'));
writeFileSync(join(pages, 'docs/configuration-keys.md'), configurationKeys(settingsSchema()));
writeFileSync(join(pages, 'docs/decisions.md'), decisions());

function decisions(): string {
  const titles = globSync('docs/decisions/*.md')
    .toSorted()
    .map(file => {
      const [, title = file] = /^# (.*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
      return `- [${title}](decisions/${basename(file)})\n`;
    });
  return `# Decisions\n\n${titles.join('')}`;
}

const args = ['exec', '--yes', `--package=${VITEPRESS}`, '--', 'vitepress', 'build', pages, '--outDir', out];
const { status } = spawnSync('npm', args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
