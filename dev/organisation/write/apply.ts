import { Attribute, Change, type Client } from 'ldapts';
import type { Operation } from './operations.ts';

/** What of an ldapts client is needed to change a directory. It must be bound as somebody who may write. */
export type WritingClient = Pick<Client, 'add' | 'modify' | 'modifyDN' | 'del'>;

async function send(client: WritingClient, operation: Operation): Promise<void> {
  switch (operation.kind) {
    case 'add': {
      const entries = Object.entries(operation.attributes);
      return client.add(
        operation.dn,
        entries.map(([type, values]) => new Attribute({ type, values: [...values] })),
      );
    }
    case 'modify':
      return client.modify(
        operation.dn,
        operation.changes.map(
          ({ operation: kind, attribute, values }) =>
            new Change({
              operation: kind,
              modification: new Attribute({ type: attribute, values: [...values] }),
            }),
        ),
      );
    case 'rename':
      // ldapts cuts at the first comma that no backslash precedes; operations escape with hex pairs, so that is right.
      return client.modifyDN(operation.dn, `${operation.newRdn},${operation.newParent}`);
    case 'delete':
      return client.del(operation.dn);
  }
}

/** Sends a step's operations to a live server, in order. An Error names the operation that the server refused. */
export async function applyStep(
  client: WritingClient,
  step: { readonly title: string; readonly operations: readonly Operation[] },
): Promise<void> {
  for (const operation of step.operations) {
    try {
      await send(client, operation);
    } catch (error) {
      throw new Error(`"${step.title}": the server refused to ${operation.kind} ${operation.dn}`, {
        cause: error,
      });
    }
  }
}
