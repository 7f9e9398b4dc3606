/** Loads the configuration with the validators of other modules. */
import { type LoadedSettings, type LoadOptions, loadSettings } from '../../config/load-settings.ts';
import { dnProblem, filterProblem } from '../../directory/syntax/validate.ts';
import { normaliseName } from '../../mapping/group-name.ts';
import { scheduleProblem } from '../../queue/schedule/cron.ts';

/** Loads and validates the configuration. Throws ConfigError. */
export function loadConfiguration(options: Omit<LoadOptions, 'checks'>): Promise<LoadedSettings> {
  return loadSettings({ ...options, checks: { dnProblem, filterProblem, normaliseName, scheduleProblem } });
}
