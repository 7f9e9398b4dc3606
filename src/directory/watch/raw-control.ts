/** A request control whose value is already encoded. */
import { Ber, type BerWriter, Control } from 'ldapts';

export class RawControl extends Control {
  readonly #value: Buffer | undefined;

  constructor(type: string, value?: Buffer) {
    super(type, { critical: true });
    this.#value = value;
  }

  protected override writeControl(writer: BerWriter): void {
    if (this.#value !== undefined) writer.writeBuffer(this.#value, Ber.OctetString);
  }
}
