import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginMark, endMark, MarkedStream } from '../../src/remote/scripts/marked-stream.ts';

const nonce = '0123456789abcdef';

/** Pushes a whole stream in pieces of these sizes and gives all that came out. */
function read(stream: Buffer, sizes: readonly number[]) {
  const marked = new MarkedStream(nonce);
  const given: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < stream.length; turn += 1) {
    const size = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? stream.length);
    given.push(Buffer.from(marked.push(stream.subarray(at, at + size))));
    at += size;
  }
  given.push(Buffer.from(marked.finish()));
  return { marked, output: Buffer.concat(given) };
}

/** Bytes that are likely to look like a mark and be none. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
      fc
        .constantFrom('\u001e', '\u001ebegin ', '\u001eend ', `\u001eend ${nonce.slice(1)} 0\n`, '\u001e\u001eend')
        .map((part) => Buffer.from(part)),
    ),
  )
  .map((parts) => Buffer.concat(parts));
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });

describe('a marked stream', () => {
  it('gives exactly what is between its marks, however the pieces fall', () => {
    fc.assert(
      fc.property(
        bytes,
        bytes,
        bytes,
        fc.integer({ min: 0, max: 255 }),
        sizes,
        (before, within, after, status, cut) => {
          const begin = `${beginMark(nonce)}42 (sh) S 1\n`;
          const end = `${endMark(nonce)}${status}\n`;
          const stream = Buffer.concat([before, Buffer.from(begin), within, Buffer.from(end), after]);
          const { marked, output } = read(stream, cut);
          expect(output.equals(within)).toBe(true);
          expect(marked.status).toBe(status);
          expect(marked.shell).toBe('42 (sh) S 1');
          expect(Buffer.from(marked.noise).equals(before.subarray(-4096))).toBe(true);
        },
      ),
    );
  });

  it('gives what came before it broke off, also what looked like the start of a mark', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: endMark(nonce).length - 1 }), sizes, (within, length, cut) => {
        const partial = Buffer.concat([within, Buffer.from(endMark(nonce).slice(0, length))]);
        const { marked, output } = read(Buffer.concat([Buffer.from(`${beginMark(nonce)}\n`), partial]), cut);
        expect(output.equals(partial)).toBe(true);
        expect(marked.status).toBeUndefined();
        expect(marked.hasBegun).toBe(true);
      }),
    );
  });

  it('gives nothing where its script never began, but keeps the last that was said', () => {
    const { marked, output } = read(Buffer.from(`${'x'.repeat(5000)}This account is not available.\n`), [7]);
    expect(output.length).toBe(0);
    expect(marked.hasBegun).toBe(false);
    expect(Buffer.from(marked.noise).toString()).toMatch(/^x+This account is not available\.\n$/);
    expect(marked.noise.length).toBe(4096);
  });

  it('settles when its script has begun', async () => {
    const marked = new MarkedStream(nonce);
    marked.push(Buffer.from(`${beginMark(nonce)}\n`));
    await expect(marked.begun).resolves.toBeUndefined();
  });
});
