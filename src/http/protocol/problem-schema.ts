/** The schema of every error (problems.ts), for the OpenAPI document. */
import { z } from 'zod';
import { PROBLEMS } from './problems.ts';

const issue = z.object({ in: z.string(), path: z.string(), message: z.string() });
const reason = z.object({ subject: z.string(), message: z.string().optional(), fix: z.string().optional() });

export const problem = z
  .object({
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS)).meta({ description: 'Stable code for scripts.' }),
    detail: z.string().meta({ description: 'What is wrong and how to fix it, as text for users.' }),
    issues: z
      .array(issue)
      .optional()
      .meta({ description: 'All problems of the request. path is a JSON pointer.' }),
    reasons: z
      .array(reason)
      .optional()
      .meta({ description: 'The parts that are not ready. message and fix require a token.' }),
    problems: z
      .array(z.string())
      .optional()
      .meta({ description: 'What is wrong with the configuration, with file and line.' }),
    requestId: z.string().optional().meta({ description: 'The id of the request in the log.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });
