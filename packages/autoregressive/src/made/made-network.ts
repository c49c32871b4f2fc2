import * as tf from '@tensorflow/tfjs-core';
import { constant, scaledNormal, zeros, type Initialiser, type Parameters } from '@kindred/nn';
import type { Grid } from '../images/pixel-rows.ts';
import { localContext, type LocalContext } from './local-context.ts';
import { blocksOf, logitMask, unitMask } from './masks.ts';
import { wholeKernels, type BlockLayer, type WholeKernels } from './whole-kernels.ts';

export interface NetworkConfig extends Grid {
  readonly hidden: number;
  /** Features of the local context; 0 for none. */
  readonly localFeatures: number;
}

export interface MadeNetwork {
  /** [hidden]: a unit sees the pixels before its degree. */
  readonly degrees: readonly number[];
  /** x [N, pixels] of 0 and 1 to the logits of all pixels [N, pixels], each given the ones before it. */
  logits(x: tf.Tensor): tf.Tensor;
  /** Gradients with those of absent connections set to 0. */
  masked(gradients: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor>;
  /** The kernels put together from their blocks. */
  kernels(): WholeKernels;
  /** What adds to the logits by the same rule at all pixels. */
  readonly local: LocalContext | null;
}

/**
 * Number of blocks that the kernels are cut into: half of a MADE's connections are absent, and with 7 blocks 57 % of the products
 * remain instead of 100 %, in memory, in matrix products and in Adam.
 */
const blockCount = 7;

/**
 * MADE with one hidden layer of ReLU and direct connections from pixels to logits. The masks are applied to the initial kernels
 * and to each gradient, not to the kernels in each forward pass: a connection that starts at 0 and gets no gradient
 * stays 0, and Adam's slots with it. A local context adds to the logits what pixels close by say: MADE must learn the stroke
 * of a pen anew at each pixel, and the context learns it once.
 *
 * @see Germain et al. 2015, arXiv:1502.03509
 */
export function madeNetwork(parameters: Parameters, config: NetworkConfig): MadeNetwork {
  const { rows, width, hidden, localFeatures } = config;
  const pixels = rows * width;
  const blocks = blocksOf(pixels, hidden, blockCount);
  const masks: Record<string, Float32Array> = {};
  const kernel = (name: string, mask: Float32Array, columns: number, sd: number): tf.Variable => {
    masks[name] = mask;
    return parameters.variable(name, [mask.length / columns, columns], maskedNormal(mask, sd));
  };
  const layers = blocks.map((block, index): BlockLayer => {
    const { from, to, degrees } = block;
    return {
      block,
      // A unit sees half of the pixels on average, hence 2 / (pixels / 2) for ReLU. The logits start at their biases.
      unitKernel:
        degrees.length > 0
          ? kernel(`units-${index + 1}`, unitMask(block), degrees.length, 2 / Math.sqrt(pixels))
          : null,
      logitKernel: kernel(`logits-${index + 1}`, logitMask(blocks, index), to - from, 0),
    };
  });
  const unitBias = parameters.variable('unit-bias', [hidden], zeros);
  // Most pixels are dark most of the time: an early model that says so draws no stray ink.
  const logitBias = parameters.variable('logit-bias', [pixels], constant(-4));
  const local = localFeatures > 0 ? localContext(parameters.scope('local'), config, localFeatures) : null;
  return {
    degrees: blocks.flatMap(({ degrees }) => degrees),
    local,
    logits: (x) => {
      const logits = tf.add(unbiasedLogits(layers, unitBias, x), logitBias);
      return local ? tf.add(logits, local.logits(x)) : logits;
    },
    masked: (gradients) =>
      Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => {
          const mask = masks[name];
          return [name, mask ? tf.mul(gradient, tf.tensor(mask, gradient.shape)) : gradient];
        }),
      ),
    kernels: () => ({ ...wholeKernels(layers, pixels), unitBias, logitBias }),
  };
}

/** N(0, sd^2) where the mask is 1, otherwise 0. */
const maskedNormal =
  (mask: Float32Array, sd: number): Initialiser =>
  (shape, random) =>
    scaledNormal(sd)(shape, random).map((value, i) => value * (mask[i] ?? 0));

/** Block by block: its units from the pixels up to its end, its logits from all features up to its end. */
function unbiasedLogits(layers: readonly BlockLayer[], unitBias: tf.Variable, x: tf.Tensor): tf.Tensor {
  const features: tf.Tensor[] = [];
  const logits: tf.Tensor[] = [];
  let unit = 0;
  for (const { block, unitKernel, logitKernel } of layers) {
    const { from, to, degrees } = block;
    features.push(columns(x, from, to));
    if (unitKernel) {
      const bias = tf.slice(unitBias, [unit], [degrees.length]);
      features.push(tf.relu(tf.add(tf.matMul(columns(x, 0, to), unitKernel), bias)));
    }
    unit += degrees.length;
    logits.push(tf.matMul(tf.concat(features, 1), logitKernel));
  }
  return tf.concat(logits, 1);
}

const columns = (x: tf.Tensor, from: number, to: number): tf.Tensor => tf.slice(x, [0, from], [-1, to - from]);
