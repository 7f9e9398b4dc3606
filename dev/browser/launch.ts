/** Starts the headless browser for browser tests and screenshots, and opens pages in it. */
import { type Browser, chromium, type Page, type Request } from 'playwright-core';

/** A desktop screen, and the smallest phone in use. */
export const VIEWPORTS = {
  desktop: { viewport: { width: 1200, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
} as const;

export interface Look {
  readonly viewport: keyof typeof VIEWPORTS;
  readonly scheme: 'light' | 'dark';
}

/** Starts the headless Chromium at `executablePath`. Its sandbox needs rights that containers do not have. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/**
 * The error of Chromium for requests during a change of the machine's network interfaces, for example by containers.
 */
export const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';

/** Opens a URL, and repeats that once if the network of the machine changed in the meantime. */
export async function arrive(page: Page, address: string): Promise<void> {
  let cut = false;
  const note = (request: Request) => {
    cut ||= request.failure()?.errorText === NETWORK_CHANGED;
  };
  page.on('requestfailed', note);
  await page.goto(address).catch(error => {
    if (!cut) throw error;
  });
  while (cut) {
    cut = false;
    await page.goto('about:blank');
    await page.goto(address);
  }
  page.off('requestfailed', note);
}
