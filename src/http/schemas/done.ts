/** The schema of an answer without a body. */
import { z } from 'zod';

/** The answer 204. */
export const done = z.null().meta({ description: 'Done, or nothing to do.' });
