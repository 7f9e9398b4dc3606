import { type Browser, chromium, type Page, type Request } from 'playwright-core';

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

/** What Chromium says of requests that were under way when an interface of the machine came or went, as with containers. */
export const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';

/** Goes to an address, and once more where the network of the machine changed meanwhile. */
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
