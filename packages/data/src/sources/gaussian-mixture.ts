import { RandomStream } from '@kindred/random';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition, StoredSplit } from '../define-dataset.ts';
import { pointSplit } from '../splits/point-split.ts';
import type { Modes, PointsSpec, SplitName } from '../types.ts';

/** PacGAN trains on 100 000 points; both numbers of modes divide all three sizes, so modes are exactly balanced. */
const sizes: Readonly<Record<SplitName, number>> = { train: 100_000, validation: 10_000, test: 10_000 };

/**
 * A dataset of spherical Gaussians with equal weights. Every split is an independent draw in random order, with the same
 * number of points from each mode; the label of a point is the mode it was drawn from.
 *
 * @param modes at most 256 of them, since a label is a byte
 */
export function gaussianMixture(name: string, description: string, modes: Modes): DatasetDefinition {
  const spec: PointsSpec = { kind: 'points', shape: [modes.dimensions], range: null, classes: modes.count };
  return {
    name,
    description,
    async locate() {
      return { state: 'made', where: 'drawn from the seed', bytes: null, counts: sizes, remedy: '' };
    },
    async open({ seed }) {
      const stream = new RandomStream(seed, 'data', name);
      const draw = (split: SplitName) => drawSplit(split, spec, modes, stream.derive(split));
      const splits = { train: draw('train'), validation: draw('validation'), test: draw('test') };
      return defineDataset({ name, description, origin: 'drawn from the seed', spec, splits, modes });
    },
  };
}

function drawSplit(name: SplitName, spec: PointsSpec, modes: Modes, stream: RandomStream): StoredSplit {
  const { centres, dimensions, sigma } = modes;
  const labels = Uint8Array.from(stream.permutation(sizes[name]), (place) => place % modes.count);
  const points = new Float32Array(labels.length * dimensions);
  for (let i = 0; i < points.length; i++) {
    const mode = labels[Math.floor(i / dimensions)] ?? 0;
    points[i] = (centres[mode * dimensions + (i % dimensions)] ?? 0) + sigma * stream.normal();
  }
  return pointSplit({ name, spec, points, labels });
}
