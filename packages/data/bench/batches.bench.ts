import { RandomStream } from '@kindred/random';
import { bench, describe } from 'vitest';
import { batches, binarise, openDataset } from '../src/index.ts';
import { imageSplit } from '../src/splits/image-split.ts';

// The goal: 1 GB/s from bytes to shuffled float batches on one core, which is 19 930 batches of 64 MNIST images per second.
const { train } = (await openDataset('mnist', { seed: 0 })).splits;
const everything = new Float32Array(train.count * 784);
const shuffled = batches(train, { batchSize: 64, seed: 0 });
const images = train.floats(0, 64);
const binary = new Float32Array(images.length);
const stream = new RandomStream(0, 'bench');

// 27 x 27 bytes do not make whole words, so three rows in four take the slower path.
const odd = imageSplit({
  name: 'train',
  spec: { kind: 'image', shape: [27, 27, 1], range: [0, 1], classes: 0 },
  pixels: new Uint8Array(8000 * 729).map((_, i) => i % 256),
  labels: null,
});
const oddShuffled = batches(odd, { batchSize: 64, seed: 0 });

describe('bytes to floats', () => {
  bench('shuffled batch of 64 mnist images (50 176 bytes)', () => {
    shuffled.next();
  });
  bench('shuffled batch of 64 images of 27 x 27 (46 656 bytes)', () => {
    oddShuffled.next();
  });
  bench('all 8 000 mnist images in order (6 272 000 bytes)', () => {
    train.floats(0, train.count, everything);
  });
});

describe('binarisation', () => {
  bench('64 mnist images', () => {
    binarise(images, stream, binary);
  });
});
