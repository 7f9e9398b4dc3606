/** The settings that apply now. A reload of the configuration replaces them while the process runs. */
import type { Settings } from '../model/settings.ts';

/** Callers read `settings` when their work begins, and keep what they read until it ends. */
export interface CurrentSettings {
  readonly settings: Settings;
  /** Calls `apply` after each change, until the result is disposed. */
  readonly follow: (apply: Apply) => Disposable;
  /** Resolves when everything that follows the settings uses the new ones. */
  readonly replace: (next: Settings) => Promise<void>;
}

type Apply = (next: Settings, before: Settings) => void | Promise<void>;

export function currentSettings(first: Settings): CurrentSettings {
  let settings = first;
  const followers = new Set<Apply>();
  return {
    get settings() {
      return settings;
    },
    follow(apply) {
      followers.add(apply);
      return { [Symbol.dispose]: () => void followers.delete(apply) };
    },
    async replace(next) {
      const before = settings;
      settings = next;
      for (const apply of followers) await apply(next, before);
    },
  };
}
