import type { TestProject } from 'vitest/node';
import { installBrowser } from '../../dev/install/browser.ts';
import { installPrograms } from '../../dev/install/servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: string;
  }
}

/** Every test file starts servers of its own; here only what they are started from is fetched. */
export async function setup(project: TestProject): Promise<void> {
  const say = (line: string) => console.error(`rollcall: ${line}`);
  await installPrograms(say);
  project.provide('chromium', await installBrowser(say));
}
