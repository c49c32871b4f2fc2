import { RandomStream } from '@kindred/random';
import { defineDataset, drawnFromSeed, locatedAsMade } from '../define-dataset.ts';
import type { DatasetDefinition, StoredSplit } from '../define-dataset.ts';
import { renderShape, shapes as drawn } from '../sources/shape-renderer.ts';
import { imageSplit } from '../splits/image-split.ts';
import { stratify } from '../splits/stratify.ts';
import type { Factors, ImageSpec, SplitName } from '../types.ts';

const name = 'shapes';

const description =
  'Squares, ellipses, hearts and triangles of 6 sizes, 16 turns and 16 x 16 places, rendered 32 x 32 grey, drawn from the seed.';

const size = 32;

const spec: ImageSpec = { kind: 'image', shape: [size, size, 1], range: [0, 1], classes: drawn.length };

/** A tenth of the combinations that there are. */
const sizes: Readonly<Record<SplitName, number>> = { train: 8000, validation: 1000, test: 1000 };

export const factorNames = ['shape', 'scale', 'rotation', 'x', 'y'] as const;
export const factorCounts = [drawn.length, 6, 16, 16, 16] as const;
const combinations = factorCounts.reduce((product, count) => product * count, 1);

/**
 * White shapes on black with five independent factors of variation, whose levels come with each split: shape (the class),
 * scale (radius 5 + level pixels), rotation (level sixteenths of the turn that maps the shape onto itself, anticlockwise, so
 * that no two levels look alike), x and y (centre at 10 + 0.8 level pixels from the left and from above). Edges are
 * anti-aliased.
 *
 * The splits share no combination of levels, and have equally many of each shape; all 98 304 combinations look different.
 *
 * @see Matthey et al. 2017, "dSprites: disentanglement testing sprites dataset"; Higgins et al. 2017, "beta-VAE: learning
 * basic visual concepts with a constrained variational framework"
 */
export const shapes: DatasetDefinition = {
  name,
  description,
  async open({ seed }) {
    const perShape = combinations / drawn.length; // the shape is the first digit of a combination
    const shapeOf = new Uint8Array(combinations).map((_, combination) => Math.floor(combination / perShape));
    const stream = new RandomStream(seed, 'data', name);
    const places = stratify({ labels: shapeOf, classes: drawn.length, sizes }, stream);
    const render = (split: SplitName) => renderSplit(split, places[split]);
    const splits = { train: render('train'), validation: render('validation'), test: render('test') };
    return defineDataset({ name, description, origin: drawnFromSeed, spec, splits });
  },
  locate: async () => locatedAsMade(sizes),
};

/** The levels of a combination, shape first: its digits in the mixed base of the factors' counts. */
export function levelsOf(combination: number): number[] {
  let rest = combination;
  const levels = factorCounts.toReversed().map((count) => {
    const level = rest % count;
    rest = Math.floor(rest / count);
    return level;
  });
  return levels.toReversed();
}

/** Draws the image of these levels to `target`, [32, 32]. */
export function renderLevels(levels: readonly number[], target: Uint8Array): void {
  const [kind = 0, scale = 0, rotation = 0, x = 0, y = 0] = levels;
  const shape = drawn[kind];
  if (!shape)
    throw new RangeError(
      `shapes: level ${kind} of shape is outside 0 ... ${drawn.length - 1}; take levels from levelsOf.`,
    );
  const angle = (rotation / factorCounts[2]) * shape.period;
  renderShape(shape, { x: 10 + 0.8 * x, y: 10 + 0.8 * y, radius: 5 + scale, angle }, size, target);
}

function renderSplit(split: SplitName, combinationsOf: Int32Array): StoredSplit {
  const count = combinationsOf.length;
  const pixels = new Uint8Array(count * size * size);
  const labels = new Uint8Array(count);
  const values = new Uint8Array(count * factorNames.length);
  for (const [i, combination] of combinationsOf.entries()) {
    const levels = levelsOf(combination);
    values.set(levels, i * factorNames.length);
    labels[i] = levels[0] ?? 0;
    renderLevels(levels, pixels.subarray(i * size * size, (i + 1) * size * size));
  }
  const factors: Factors = { names: factorNames, counts: factorCounts, values };
  return imageSplit({ name: split, spec, pixels, labels, factors });
}
