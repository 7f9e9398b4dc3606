/** Applies the operations of a change to a running directory. */
import { Attribute, Change, type Client } from 'ldapts';
import type { Operation } from './operations.ts';

/**
 * The functions of an ldapts client that are needed to change a directory. It must be bound as an account that may
 * write.
 */
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
      // ldapts splits at the first comma without a backslash; operations escape with hex pairs, so that is correct.
      return client.modifyDN(operation.dn, `${operation.newRdn},${operation.newParent}`);
    case 'delete':
      return client.del(operation.dn);
  }
}

/**
 * Sends the operations of a step to a live server, in order. Throws an Error with the operation that the server
 * refused.
 */
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
