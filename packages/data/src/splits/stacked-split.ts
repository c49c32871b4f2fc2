import type { StoredSplit } from '../define-dataset.ts';
import type { ImageSpec, Split, SplitName } from '../types.ts';
import { checkedIndex, checkedRange, checkedTarget, exampleSize } from './rows.ts';

export interface StackedSplitContents {
  readonly name: SplitName;
  /** Grey images of [height, width, 1]. */
  readonly source: Split;
  /** Names `source` and all that it holds: the hash of the dataset that it is part of. */
  readonly sourceHash: string;
  /** [count, channels]: the images of `source` that each example stacks. */
  readonly places: Int32Array;
  readonly channels: number;
  /** Of the stacked images. */
  readonly classes: number;
  /** [count] */
  readonly labels: Uint16Array;
}

/** Examples stacked at a time, to keep the grey images in between small. */
const block = 64;

/**
 * A split of images whose channels are grey images of another split. It holds places, 12 bytes for each example of three
 * channels, and builds the pixels when they are read.
 */
export function stackedSplit(contents: StackedSplitContents): StoredSplit {
  const { name, source, sourceHash, places, channels, classes, labels } = contents;
  const [height = 0, width = 0] = source.spec.shape;
  const spec: ImageSpec = { kind: 'image', shape: [height, width, channels], range: [0, 1], classes };
  const extent = { name, spec, count: places.length / channels };
  const size = exampleSize(spec);
  const grey = new Float32Array(block * size);
  /** Writes the examples whose images are at `chosen`, block after block. */
  const stack = (chosen: Int32Array, target: Float32Array): Float32Array => {
    for (let from = 0; from < chosen.length; from += block * channels) {
      const images = chosen.subarray(from, from + block * channels);
      const plain = source.gather(images, grey.subarray(0, (images.length / channels) * size));
      interleave(plain, channels, size, target.subarray((from / channels) * size));
    }
    return target;
  };
  return {
    ...extent,
    labels,
    stored: Buffer.concat([
      Buffer.from(sourceHash),
      new Uint8Array(places.buffer, places.byteOffset, places.byteLength),
    ]),
    floats(from = 0, to = extent.count, target) {
      const checked = checkedRange(extent, from, to, target);
      return stack(places.subarray(from * channels, to * channels), checked);
    },
    gather(indices, target) {
      checkedTarget(extent, indices.length, target);
      const chosen = new Int32Array(indices.length * channels);
      for (let row = 0; row < indices.length; row++) {
        const start = checkedIndex(extent, indices, row) * channels;
        chosen.set(places.subarray(start, start + channels), row * channels);
      }
      return stack(chosen, target);
    },
  };
}

/** From [examples, channels, pixels] to [examples, pixels, channels]. */
function interleave(plain: Float32Array, channels: number, size: number, target: Float32Array): void {
  const pixels = size / channels;
  for (let start = 0; start < plain.length; start += size) {
    for (let channel = 0; channel < channels; channel++) {
      const first = start + channel * pixels;
      for (let p = 0; p < pixels; p++) target[start + p * channels + channel] = plain[first + p] as number;
    }
  }
}
