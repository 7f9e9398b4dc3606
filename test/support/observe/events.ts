/** Reads Server-Sent Events as a client does. */

export interface Event {
  readonly event: string;
  readonly id: number;
  /** The id as it was sent. */
  readonly lastId: string;
  readonly data: Record<string, unknown>;
}

/** Yields the events of a response until it ends, without comments and retry hints. */
async function* eventsOf(answer: Response): AsyncGenerator<Event> {
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    const frames = `${rest}${Buffer.from(chunk).toString('utf8')}`.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = new Map(
        frame.split('\n').map(line => [line.split(': ', 1)[0], line.replace(/^\w*: /, '')]),
      );
      const event = fields.get('event');
      if (event === undefined) continue;
      const lastId = fields.get('id') ?? '';
      yield { event, id: Number(lastId), lastId, data: JSON.parse(fields.get('data') ?? 'null') };
    }
  }
}

/** All events of a response, after it has ended. */
export async function allEvents(answer: Response): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of eventsOf(answer)) events.push(event);
  return events;
}
