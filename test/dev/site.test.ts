/** The site has a page for every entry of its navigation, and its reference lists every key of the configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationKeys } from '../../dev/site/configuration-keys.ts';
import { settingsSchema } from '../../src/config/schema/json-schema.ts';

/** Pages that the build of the site writes. */
const WRITTEN = ['/docs/configuration-keys', '/docs/decisions'];

describe('npm run docs', () => {
  it('links only to pages that exist', () => {
    const links = [...readFileSync('dev/site/config.js', 'utf8').matchAll(/page\('[^']*', '([^']*)'\)/g)];
    const pages = links.map(([, link = '']) => link).filter(link => !WRITTEN.includes(link));
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter(page => !existsSync(`.${page}.md`))).toEqual([]);
  });

  it('lists every key with its description, in a table for each block', () => {
    const page = configurationKeys(settingsSchema());
    const described = [...JSON.stringify(settingsSchema()).matchAll(/"description":"((?:[^"\\]|\\.)*)"/g)];
    const keys = described.map(([, text = '']) =>
      JSON.parse(`"${text}"`).replaceAll('|', '\\|').replaceAll('\n', ' '),
    );
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.filter(text => text !== 'For editors.' && !page.includes(text))).toEqual([]);
    expect(page).toContain('## directories[].groups.dynamic\n');
    expect(page).toContain('| `pageSize` | `1000` |');
  });
});
