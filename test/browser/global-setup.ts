/** Prepares the browser tests. */
import type { TestProject } from 'vitest/node';
import { installBrowser } from '../../dev/install/browser.ts';
import { installPrograms } from '../../dev/install/servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: string;
  }
}

/** Downloads the servers and the browser once; every test file starts its own. */
export async function setup(project: TestProject): Promise<void> {
  const say = (line: string) => console.error(`rollcall: ${line}`);
  await installPrograms(say);
  project.provide('chromium', await installBrowser(say));
}
