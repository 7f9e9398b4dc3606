/** The shape of every error, as problems.ts makes it, for the OpenAPI document. */
import { z } from 'zod';
import { PROBLEMS } from '../problems.ts';

const issue = z.object({ in: z.string(), path: z.string(), message: z.string() });
const reason = z.object({ subject: z.string(), message: z.string().optional(), fix: z.string().optional() });

export const problem = z
  .object({
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS)).meta({ description: 'Stable: what scripts may rely on.' }),
    detail: z.string().meta({ description: 'For people: what is wrong and what to do about it.' }),
    issues: z
      .array(issue)
      .optional()
      .meta({ description: 'Everything that is wrong with the request; path is a JSON pointer.' }),
    reasons: z
      .array(reason)
      .optional()
      .meta({ description: 'What is not ready; message and fix only with a token.' }),
    requestId: z.string().optional().meta({ description: 'Under this id the log tells more.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });
