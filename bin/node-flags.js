/**
 * The flags of V8 (sizes in MiB) for the commands that read a directory. A read of a large directory creates many
 * short-lived objects, so the young generation is large from the start, but fits into the cache of a processor and into a
 * small container. The old generation is not collected while the directory is read, and later grows by 30 % at a
 * time, which keeps the peak of a first sync low (docs/performance.md). One background thread collects and
 * compiles; four would compete with the directory server or the database for the other core.
 */
export const nodeFlags = [
  '--min-semi-space-size=16',
  '--max-semi-space-size=16',
  '--initial-old-space-size=120',
  '--heap-growing-percent=30',
  '--v8-pool-size=1',
];
