interface Opening {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** Waits until a queue or a worker has its connection; when it gets none, closes it and throws why. */
export async function whenReady<T extends Opening>(opening: T): Promise<T> {
  try {
    await opening.waitUntilReady();
    return opening;
  } catch (error) {
    await opening.close();
    throw error;
  }
}
