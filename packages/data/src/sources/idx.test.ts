import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { idxFile, idxImages, put, useTemporaryFolder } from '../testing/data-files.ts';
import { countIdx, readIdx, readIdxPair } from './idx.ts';

const temporary = useTemporaryFolder();
const expectation = { shape: [28, 28], classes: 10, remedy: 'do this.' } as const;
const good = idxImages(20);

/** Reads a pair of files with these contents. */
async function read({
  images = good.images,
  labels = good.labels,
}: { images?: Uint8Array | string; labels?: Uint8Array } = {}) {
  const files = { images: temporary.path('images'), labels: temporary.path('labels.gz') };
  await put(files.images, images);
  await put(files.labels, labels);
  return readIdxPair(files, expectation);
}

describe('readIdxPair', () => {
  it('reads files plain or compressed, whatever their names say', async () => {
    const plain = await read();
    expect(Buffer.compare(plain.pixels, good.images.subarray(16))).toBe(0);
    expect([...plain.labels]).toEqual(Array.from({ length: 20 }, (_, i) => i % 10));
    const packed = await read({ images: gzipSync(good.images), labels: gzipSync(good.labels) });
    expect(Buffer.compare(packed.pixels, plain.pixels)).toBe(0);
  });

  const zipped = gzipSync(good.images);
  const corrupt = zipped.map((byte, i) => (i === 30 ? byte ^ 255 : byte));
  const marked = (magic: number) => {
    const bytes = good.images.slice();
    new DataView(bytes.buffer).setUint32(0, magic);
    return bytes;
  };

  it.each([
    ['an empty file', new Uint8Array(), /images: expected data, got 0 bytes; do this/],
    [
      'a file cut short',
      good.images.subarray(0, 5000),
      /expected 15696 bytes .*20 x 28 x 28, got 5000; it is cut short by 10696/,
    ],
    ['trailing bytes', Buffer.concat([good.images, Buffer.from('ab')]), /got 15698; it has 2 too many: do this/],
    ['gzip cut short', zipped.subarray(0, 60), /whole gzip data, got 60 bytes .*it is cut short: do this/],
    ['corrupt gzip', corrupt, /expected whole gzip data.*it is corrupt: do this/],
    ['another magic', marked(0x0d03), /begin with 0x00000803; it begins with 0x00000d03; do this/],
    ['labels for images', good.labels, /it begins with 0x00000801, the mark of labels \(are the two files swapped\?\)/],
    ['a web page', '<!DOCTYPE html><title>404</title>', /a web page \(was its address saved/],
    ['three bytes', Uint8Array.of(0, 0, 8), /it begins with 3 bytes in all/],
    [
      'a header cut short',
      good.images.subarray(0, 10),
      /expected at least one example, got 10 bytes, less than a header/,
    ],
    ['no images', idxFile([0, 28, 28], new Uint8Array()), /expected at least one example, got dimensions 0 x 28 x 28/],
    ['another shape', idxFile([20, 14, 56], new Uint8Array(15_680)), /holds images of 14 x 56, expected 28 x 28/],
  ])('refuses %s, by name and with the remedy', async (_, images, message) => {
    const reading = read({ images });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(/images.*do this\.$/);
  });

  it('refuses labels that are no class, and another number of them', async () => {
    const wrong = idxFile([20], new Uint8Array(20).fill(10, 7, 8));
    await expect(read({ labels: wrong })).rejects.toThrow(
      /labels\.gz: label 10 at place 7 is outside 0 \.\.\. 9; do this/,
    );
    await expect(read({ labels: idxImages(19).labels })).rejects.toThrow(
      /as many images as labels, got 20 images and 19 labels; they are not of one set: do this/,
    );
  });

  it('names a file that cannot be read', async () => {
    const files = { images: temporary.path('none'), labels: temporary.path('none') };
    await expect(readIdxPair(files, expectation)).rejects.toThrow(/none: expected a file to read, got ENOENT.*do this/);
  });
});

describe('readIdx', () => {
  it('holds the content, decompressed, and its parts', async () => {
    const file = temporary.path('file');
    for (const bytes of [good.images, gzipSync(good.images)]) {
      await put(file, bytes);
      const { content, data, count, shape, kind, path } = await readIdx(file, 'images', 'do this.');
      expect({ count, shape, kind, path }).toEqual({ count: 20, shape: [28, 28], kind: 'images', path: file });
      expect(Buffer.compare(content, good.images)).toBe(0);
      expect(Buffer.compare(data, good.images.subarray(16))).toBe(0);
    }
  });

  it('of a pair are both shown to whoever verifies them, whose error is passed on', async () => {
    const files = { images: temporary.path('images'), labels: temporary.path('labels') };
    await put(files.images, good.images);
    await put(files.labels, gzipSync(good.labels));
    const seen: [string, number][] = [];
    await readIdxPair(files, { ...expectation, verify: ({ kind, content }) => seen.push([kind, content.length]) });
    expect(seen).toEqual([
      ['images', good.images.length],
      ['labels', good.labels.length],
    ]);
    const refusing = (wrong: string) =>
      readIdxPair(files, {
        ...expectation,
        verify({ kind }) {
          if (kind === wrong) throw new DataError(`${kind} refused`);
        },
      });
    for (const kind of ['images', 'labels']) await expect(refusing(kind)).rejects.toThrow(`${kind} refused`);
  });
});

describe('countIdx', () => {
  it('reads the number of examples off the header, and null off anything else', async () => {
    const file = temporary.path('file');
    const contents = [good.images, gzipSync(good.images), new Uint8Array(), gzipSync('')];
    const counts: (number | null)[] = [];
    for (const content of contents) {
      await put(file, content);
      counts.push(await countIdx(file, 'do this.'));
    }
    expect(counts).toEqual([20, 20, null, null]);
  });

  it('names a file that cannot be read', async () => {
    await put(temporary.path('file'), good.images);
    for (const [place, code] of [
      ['none', 'ENOENT'],
      ['file/inside', 'ENOTDIR'],
      ['.', 'EISDIR'],
    ] as const) {
      const counting = countIdx(temporary.path(place), 'do this.');
      await expect(counting).rejects.toThrow(DataError);
      await expect(counting).rejects.toThrow(new RegExp(`: expected a file to read, got ${code}.*; do this\\.$`));
    }
  });
});
