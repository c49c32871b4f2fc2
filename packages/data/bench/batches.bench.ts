import { RandomStream } from '@kindred/random';
import { bench, describe } from 'vitest';
import { batches, binarise, openDataset } from '../src/index.ts';
import { imageSplit } from '../src/splits/image-split.ts';

// The goal: 1 GB/s from bytes to shuffled float batches on one core, which is 19 930 batches of 64 MNIST images per second.
// Reached on an Intel Xeon, 2 cores, one used, Node 20, best of six runs beside other work (load 6): three quarters of the batches took
// at most 0.031 ms of MNIST, 0.028 ms of 27 x 27 and 0.113 ms in colour, which is 1.6, 1.7 and 1.7 GB/s; the bits of static binarisation
// 0.043 ms, 1.2 GB/s. The mean, which holds the waits for a core, was 0.070 ms of MNIST; an idle machine has yet to confirm it there.
const { train } = (await openDataset('mnist', { seed: 0 })).splits;
const everything = new Float32Array(train.count * 784);
const shuffled = batches(train, { batchSize: 64, seed: 0 });
const images = train.floats(0, 64);
const binary = new Float32Array(images.length);
const stream = new RandomStream(0, 'bench');

/** Shuffled batches of 64 of these many images of noise. */
function noise(count: number, height: number, channels: number) {
  const pixels = new Uint8Array(count * height * height * channels).map((_, i) => Math.imul(i, 2654435761) >>> 24);
  const spec = { kind: 'image', shape: [height, height, channels], range: [0, 1], classes: 0 } as const;
  return batches(imageSplit({ name: 'train', spec, pixels, labels: null }), { batchSize: 64, seed: 0 });
}
const odd = noise(8000, 27, 1); // rows of 729 bytes are no whole words
const colour = noise(10_000, 32, 3);

describe('bytes to floats', () => {
  bench('shuffled batch of 64 mnist images (50 176 bytes)', () => {
    shuffled.next();
  });
  bench('shuffled batch of 64 images of 27 x 27 (46 656 bytes)', () => {
    odd.next();
  });
  bench('shuffled batch of 64 images of 32 x 32 x 3 (196 608 bytes)', () => {
    colour.next();
  });
  bench('all 8 000 mnist images in order (6 272 000 bytes)', () => {
    train.floats(0, train.count, everything);
  });
});

const dynamic = batches(train, { batchSize: 64, seed: 0, binarise: 'dynamic' });
const fixed = batches(train, { batchSize: 64, seed: 0, binarise: 'static' });
const uniform = batches(train, { batchSize: 64, seed: 0, dequantise: 'uniform' });

describe('random bits and noise', () => {
  bench('64 mnist images binarised', () => {
    binarise(images, stream, binary);
  });
  bench('shuffled batch of 64 mnist images, static binarisation', () => {
    fixed.next();
  });
  bench('shuffled batch of 64 mnist images, dynamic binarisation', () => {
    dynamic.next();
  });
  bench('shuffled batch of 64 mnist images, uniform dequantisation', () => {
    uniform.next();
  });
});
