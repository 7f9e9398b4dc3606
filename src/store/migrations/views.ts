/** The views of a database whose core tables are the application's. */
import type { CoreSettings } from '../../model/settings.ts';
import { createViews } from '../core/views.ts';
import { GRANT_VIEWS } from './ownership/grants.ts';

/** Changes the views to the configured columns, and creates those that were dropped. */
export function updateViews(core: CoreSettings): string {
  return `${createViews(core)}${GRANT_VIEWS}`;
}
