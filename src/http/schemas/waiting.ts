/** Schemas of held plans (src/model/status/waiting.ts). */
import { z } from 'zod';
import { DECISIONS, WAITING_STATES } from '../../model/status/waiting.ts';
import { pageOf } from './group.ts';
import { decision } from './run.ts';

const count = z.int().min(0);

export const heldPlan = z
  .object({
    digest: z.string().meta({ description: 'Identifies the directory and the held changes. Stable.' }),
    directory: z.string(),
    state: z.enum(WAITING_STATES).meta({
      description:
        'approved: a run that applies it is on its way; applied: that run has read the directory; ' +
        'superseded: a newer run of the directory found something else.',
    }),
    run: z.int().min(1).meta({ description: 'The run that found it first. Approve or reject this run.' }),
    reverts: z.int().optional().meta({ description: 'The run that this one would revert.' }),
    since: z.date().meta({ description: 'When it was found first.' }),
    groups: count,
    removals: count,
    causes: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Codes of the limits and rules of the guard that hold it. Stable.' }),
    reasons: z.array(z.string()).readonly().meta({ description: 'The same as sentences.' }),
    seen: z
      .object({ runs: z.int().min(1), lastRun: z.int().min(1), lastAt: z.date() })
      .meta({ description: 'Number of runs that found it, and the last of them.' }),
    decisions: z.array(z.enum(DECISIONS)).readonly().meta({
      description:
        'What an operator can decide. Without a decision it continues to wait, and its members stay.',
    }),
    decision,
    appliedBy: z.int().optional().meta({ description: 'The run that applies the approval.' }),
    replacedBy: z.string().optional().meta({
      description: 'The digest of what waits in the directory now, if it is another plan.',
    }),
  })
  .meta({
    id: 'HeldPlan',
    description: 'Changes that wait for a decision, however many runs find them again.',
  });

export const heldPlans = pageOf(heldPlan, 'HeldPlanList');
