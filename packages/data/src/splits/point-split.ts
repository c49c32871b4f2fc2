import type { StoredSplit } from '../define-dataset.ts';
import type { Labels, PointsSpec, SplitName } from '../types.ts';
import { checkedIndex, checkedRange, checkedTarget } from './rows.ts';

export interface PointSplitContents {
  readonly name: SplitName;
  readonly spec: PointsSpec;
  /** [count, dimensions] */
  readonly points: Float32Array;
  /** [count] */
  readonly labels: Labels;
}

/** A split of points in the plane or in more dimensions, kept as floats. */
export function pointSplit({ name, spec, points, labels }: PointSplitContents): StoredSplit {
  const [dimensions] = spec.shape;
  const extent = { name, spec, count: points.length / dimensions };
  return {
    ...extent,
    labels,
    stored: new Uint8Array(points.buffer, points.byteOffset, points.byteLength),
    floats(from = 0, to = extent.count, target) {
      const checked = checkedRange(extent, from, to, target);
      checked.set(points.subarray(from * dimensions, to * dimensions));
      return checked;
    },
    gather(indices, target) {
      checkedTarget(extent, indices.length, target);
      for (let row = 0; row < indices.length; row++) {
        const start = checkedIndex(extent, indices, row) * dimensions;
        for (let d = 0; d < dimensions; d++) target[row * dimensions + d] = points[start + d] as number;
      }
      return target;
    },
  };
}
