/** The changes that the cookies of OpenLDAP cover. */

/** As in a change marker. */
const CSN = /\d{14}\.\d{6}z#[0-9a-f]{6}#([0-9a-f]{3})#[0-9a-f]{6}/g;

export interface Covered {
  /** Adds the CSNs of a cookie. Without any, cookies do not show what is covered. */
  add(cookie: string): void;
  /** Whether all changes up to a marker were added. undefined: cookies do not show it, or several suffixes count on their own. */
  readonly has: (marker: string) => boolean | undefined;
}

export function createCovered(): Covered {
  const newest = new Map<string, string>();
  let isShown = true;
  return {
    add(cookie) {
      const csns = csnsIn(cookie);
      if (csns.length === 0) isShown = false;
      for (const { csn, provider } of csns) if (csn > (newest.get(provider) ?? '')) newest.set(provider, csn);
    },
    has(marker) {
      const csns = csnsIn(marker);
      const providers = new Set(csns.map(({ provider }) => provider));
      if (!isShown || csns.length === 0 || providers.size < csns.length) return undefined;
      return csns.every(({ csn, provider }) => csn <= (newest.get(provider) ?? ''));
    },
  };
}

/** The newest CSN of a cookie: that of the change, if the cookie came with an entry. */
export function newestCsn(cookie: string): string | undefined {
  return csnsIn(cookie)
    .map(({ csn }) => csn)
    .toSorted()
    .at(-1);
}

function csnsIn(text: string) {
  const found = text.toLowerCase().matchAll(CSN);
  return [...found].map(([csn, provider = '']) => ({ csn, provider }));
}
