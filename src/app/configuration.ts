/** Loads the configuration with the validators of other modules. */
import { type LoadedSettings, loadSettings } from '../config.ts';
import { dnProblem, filterProblem } from '../directory/syntax.ts';
import { normaliseName } from '../plan/name.ts';
import { scheduleProblem } from '../queue/schedule.ts';

/** Loads and validates the configuration. Throws ConfigError. */
export function loadConfiguration(options: {
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}): Promise<LoadedSettings> {
  return loadSettings({ ...options, checks: { dnProblem, filterProblem, normaliseName, scheduleProblem } });
}
