/** Waits for the first connection of a queue or worker. */
interface Opening {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** Waits until a queue or a worker is connected. If the connection fails, closes it and throws the error. */
export async function whenReady<T extends Opening>(opening: T): Promise<T> {
  try {
    await opening.waitUntilReady();
    return opening;
  } catch (error) {
    await opening.close();
    throw error;
  }
}
