/** What the stream of a run's progress needs. Types only. */
import type { Progress } from '../../run.ts';

export interface ProgressDeps {
  /** Tells the watcher how far the run is, again and again, until `end`. Returns what ends it sooner. */
  watch(run: number, watcher: { next(progress: Progress): void; end(): void }): () => void;
  /** Streams that this process keeps open at a time. */
  readonly maxStreams: number;
}
