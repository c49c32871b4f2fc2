import type { StoredSplit } from '../define-dataset.ts';
import type { Factors, ImageSpec, Labels, SplitName } from '../types.ts';
import { intensityReader } from './intensity-reader.ts';
import { checkedIndex, checkedRange, checkedTarget, exampleSize } from './rows.ts';

export interface ImageSplitContents {
  readonly name: SplitName;
  readonly spec: ImageSpec;
  /** One byte per intensity: [count, height, width, channels]. The split keeps this array. */
  readonly pixels: Uint8Array;
  /** [count] */
  readonly labels: Labels | null;
  readonly factors?: Factors | null;
}

/** A split of images, kept as bytes, which are a quarter of the size of floats, and converted when read. */
export function imageSplit({ name, spec, pixels, labels, factors = null }: ImageSplitContents): StoredSplit {
  const size = exampleSize(spec);
  const extent = { name, spec, count: pixels.length / size };
  const readInto = intensityReader(pixels);
  return {
    ...extent,
    labels,
    factors,
    stored: pixels,
    floats(from = 0, to = extent.count, target) {
      const checked = checkedRange(extent, from, to, target);
      readInto(checked)(from * size, checked.length, 0);
      return checked;
    },
    gather(indices, target) {
      checkedTarget(extent, indices.length, target);
      const read = readInto(target);
      for (let row = 0; row < indices.length; row++) {
        read(checkedIndex(extent, indices, row) * size, size, row * size);
      }
      return target;
    },
  };
}
