import * as tf from '@tensorflow/tfjs-core';
import { uniform } from '@kindred/engine';
import type { Augmentation } from './augmentation.ts';

/** Images [N, H, W, C], intensities in 0 ... 1; a row of `draws` from U[0, 1) for each image. */
interface Transformation {
  /** Numbers drawn per image. */
  readonly draws: number;
  apply(images: tf.Tensor, draws: readonly tf.Tensor[]): tf.Tensor;
}

const column = (draw: tf.Tensor): tf.Tensor => tf.reshape(draw, [draw.size, 1, 1, 1]); // [N, 1, 1, 1]

/** Brightness by up to a quarter of the range, saturation by a factor of 0 ... 2, contrast by a factor of 1/2 ... 3/2. */
const colour: Transformation = {
  draws: 3,
  apply(images, [brightness, saturation, contrast]) {
    const brighter = tf.add(images, tf.mul(tf.sub(drawn(brightness), 0.5), 0.5));
    const channels = images.shape[3] ?? 1;
    // A grey image has no saturation.
    const saturated = channels === 1 ? brighter : stretched(brighter, [3], tf.mul(drawn(saturation), 2));
    return stretched(saturated, [1, 2, 3], tf.add(drawn(contrast), 0.5));
  },
};

/** (x - mean) * factor + mean, the mean over `axes`. */
function stretched(x: tf.Tensor, axes: number[], factor: tf.Tensor): tf.Tensor {
  const mean = tf.mean(x, axes, true);
  return tf.add(tf.mul(tf.sub(x, mean), factor), mean);
}

/** A shift by up to an eighth of each side, in whole pixels; what comes in is black. */
const translation: Transformation = {
  draws: 2,
  apply(images, [down, right]) {
    const [examples = 1, height = 1, width = 1, channels = 1] = images.shape;
    // As products with matrices of 0 and 1, which differentiate as often as one likes.
    const rows = shifts(height, drawn(down)); // [N, H, H]
    const shifted = tf.matMul(rows, tf.reshape(images, [examples, height, width * channels]));
    const turned = tf.transpose(tf.reshape(shifted, images.shape), [0, 2, 1, 3]); // [N, W, H, C]
    const columns = shifts(width, drawn(right)); // [N, W, W]
    const moved = tf.matMul(columns, tf.reshape(turned, [examples, width, height * channels]));
    return tf.transpose(tf.reshape(moved, [examples, width, height, channels]), [0, 2, 1, 3]);
  },
};

/** For each draw [N, 1, 1, 1] the matrix [size, size] that moves entry i to i + s, s uniform over the integers from -size / 8 to size / 8. */
function shifts(size: number, draw: tf.Tensor): tf.Tensor {
  const reach = Math.round(size / 8);
  const shift = tf.sub(tf.floor(tf.mul(tf.reshape(draw, [draw.size, 1, 1]), 2 * reach + 1)), reach); // [N, 1, 1]
  const [to, from] = [tf.range(0, size), tf.range(0, size)];
  const distance = tf.sub(tf.reshape(to, [1, size, 1]), tf.reshape(from, [1, 1, size])); // [1, size, size]
  return tf.cast(tf.equal(tf.sub(distance, shift), 0), 'float32');
}

/** A black square with sides of half the image's, its centre anywhere in the image. */
const cutout: Transformation = {
  draws: 2,
  apply(images, [down, right]) {
    const [, height = 1, width = 1] = images.shape;
    const rows = tf.reshape(hole(height, drawn(down)), [-1, height, 1, 1]);
    const columns = tf.reshape(hole(width, drawn(right)), [-1, 1, width, 1]);
    return tf.mul(images, tf.sub(1, tf.mul(rows, columns)));
  },
};

/** For each draw [N, 1, 1, 1] a row [size] that is 1 on half of its length and 0 elsewhere, cut off at the ends. */
function hole(size: number, draw: tf.Tensor): tf.Tensor {
  const length = Math.floor(size / 2);
  const start = tf.sub(tf.floor(tf.mul(tf.reshape(draw, [draw.size, 1]), size + 1)), Math.floor(length / 2)); // [N, 1]
  const offset = tf.sub(tf.reshape(tf.range(0, size), [1, size]), start); // [N, size]
  return tf.cast(tf.logicalAnd(tf.greaterEqual(offset, 0), tf.less(offset, length)), 'float32');
}

/** By the name that the option `imageAugmentation` gives them. */
const transformations = { translation, colour, cutout } as const satisfies Record<string, Transformation>;

export type TransformationName = keyof typeof transformations;
export const transformationNames = Object.keys(transformations) as TransformationName[];

/**
 * Differentiable augmentation of images, intensities in 0 ... 1: with few examples it keeps the discriminator from knowing them by
 * heart, and as fakes are augmented too the generator does not learn to draw what it does. Results may leave 0 ... 1.
 *
 * @param names the transformations in the order in which they are applied; each draws anew for each image
 * @see Zhao et al. 2020, arXiv:2006.10738
 */
export function imageAugmentation(names: readonly TransformationName[]): Augmentation {
  const steps = names.map((name): Transformation => transformations[name]);
  const total = steps.reduce((sum, { draws }) => sum + draws, 0);
  return {
    noise: (examples) => uniform([examples, total]),
    apply(x, noise) {
      const draws = tf.split(noise, total, 1).map(column); // [N, 1, 1, 1] each
      let [images, first] = [x, 0];
      for (const step of steps) {
        images = step.apply(images, draws.slice(first, first + step.draws));
        first += step.draws;
      }
      return images;
    },
  };
}

function drawn(draw: tf.Tensor | undefined): tf.Tensor {
  if (!draw) throw new Error('augmentation: a transformation was given fewer draws than it declares.');
  return draw;
}
