/** Queries of held plans, for the API and the commands. Types only. */
import type { HeldPlan } from '../status/waiting.ts';

export interface WaitingOperations {
  /** The plans that wait for a decision, oldest first. */
  list(directory?: string): Promise<readonly HeldPlan[]>;
  /** One plan, also after the decision. undefined: no run that is kept held it. */
  get(digest: string): Promise<HeldPlan | undefined>;
}
