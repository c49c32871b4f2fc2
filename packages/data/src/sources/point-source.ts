import { RandomStream } from '@kindred/random';
import { defineDataset, drawnFromSeed, locatedAsMade } from '../define-dataset.ts';
import type { DatasetDefinition, StoredSplit } from '../define-dataset.ts';
import { pointSplit } from '../splits/point-split.ts';
import type { LogDensity, Modes, PointsSpec, SplitName } from '../types.ts';

/** PacGAN trains on 100 000 points; the numbers of classes in use divide all three sizes, so classes are exactly balanced. */
const sizes: Readonly<Record<SplitName, number>> = { train: 100_000, validation: 10_000, test: 10_000 };

/** Where points come from: a mixture with equal weights of one distribution per class. */
export interface PointSource {
  readonly name: string;
  readonly description: string;
  readonly dimensions: number;
  /** At most 256, since a label is a byte. */
  readonly classes: number;
  /** Writes the coordinates of one point of class `label` to `target`, from place `at` on. */
  readonly draw: (label: number, stream: RandomStream, target: Float32Array, at: number) => void;
  /** The density that `draw` has when every class is as likely. */
  readonly logDensity: LogDensity;
  readonly modes?: Modes;
}

/**
 * A dataset of points drawn from the seed. Every split is an independent draw in random order, with the same number of points
 * from each class.
 */
export function drawnPoints(source: PointSource): DatasetDefinition {
  const { name, description, dimensions, classes, logDensity, modes = null } = source;
  const spec: PointsSpec = { kind: 'points', shape: [dimensions], range: null, classes };
  return {
    name,
    description,
    async open({ seed }) {
      const stream = new RandomStream(seed, 'data', name);
      const draw = (split: SplitName) => drawSplit(split, spec, source, stream.derive(split));
      const splits = { train: draw('train'), validation: draw('validation'), test: draw('test') };
      return defineDataset({ name, description, origin: drawnFromSeed, spec, splits, modes, logDensity });
    },
    locate: async () => locatedAsMade(sizes),
  };
}

function drawSplit(name: SplitName, spec: PointsSpec, source: PointSource, stream: RandomStream): StoredSplit {
  const { classes, dimensions } = source;
  const labels = Uint8Array.from(stream.permutation(sizes[name]), (place) => place % classes);
  const points = new Float32Array(labels.length * dimensions);
  for (const [i, label] of labels.entries()) source.draw(label, stream, points, i * dimensions);
  return pointSplit({ name, spec, points, labels });
}
