import { type Browser, chromium } from 'playwright-core';

/** A desk and a phone of the smallest kind in use. */
export const VIEWPORTS = {
  desktop: { viewport: { width: 1200, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
} as const;

export interface Look {
  readonly viewport: keyof typeof VIEWPORTS;
  readonly scheme: 'light' | 'dark';
}

/** Starts the Chromium at `executablePath` without a window. Its own sandbox needs rights that containers do not have. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
