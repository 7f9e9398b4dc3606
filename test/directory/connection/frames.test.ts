/** The bytes of a connection are cut into messages, however they arrive. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFraming, takeFrames } from '../../../src/directory/connection/frames.ts';
import { entryFrame } from '../../support/given/directory-entries.ts';
import { processorMs } from '../../support/observe/processor.ts';

const messages = fc.array(
  fc.uint8Array({ maxLength: 400 }).map(bytes => entryFrame('cn=a,dc=test', { cn: [Buffer.from(bytes)] })),
  { maxLength: 6 },
);

describe('messages in a stream', () => {
  it('are the same for every split of the bytes', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sent, sizes) => {
        const stream = Buffer.concat(sent);
        const framing = createFraming();
        const received: Buffer[] = [];
        let step = 0;
        for (let at = 0; at < stream.length; step += 1) {
          const size = sizes[step % sizes.length] ?? 1;
          for (const { bytes, start, end } of takeFrames(framing, stream.subarray(at, at + size)))
            received.push(bytes.subarray(start, end));
          at += size;
        }
        expect(received).toEqual(sent);
        expect(framing.size).toBe(0);
      }),
    );
  });

  it.each([
    ['begin with another tag', '020101', /does not begin with a sequence/],
    ['have an indefinite length', '30800000', /has no usable length/],
    ['announce a gigabyte', '3084400000000000', /a message of 1073741824 bytes is announced/],
  ])('are rejected if they %s', (_, hex, problem) => {
    expect(() => takeFrames(createFraming(), Buffer.from(hex, 'hex'))).toThrow(problem);
  });

  it('join a message of 16 MB in linear time', () => {
    const large = entryFrame('cn=a,dc=test', { member: [Buffer.alloc(16_000_000 - 100)] });
    const framing = createFraming();
    let count = 0;
    const used = processorMs(() => {
      for (let at = 0; at < large.length; at += 4096)
        count += takeFrames(framing, large.subarray(at, at + 4096)).length;
    });
    expect(count).toBe(1);
    expect(used).toBeLessThan(2_000);
  });
});
