/** Dependencies of the progress stream. Types only. */
import type { Watcher } from '../../model/run.ts';

export interface ProgressDependencies {
  /** Reports the progress of a run to the watcher until `end`. Returns a function that stops watching. */
  watch(run: number, watcher: Watcher): () => void;
}
