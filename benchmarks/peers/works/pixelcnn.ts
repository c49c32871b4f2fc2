import * as tf from '@tensorflow/tfjs-core';
import { batch, program } from '@kindred/engine';
import {
  adam,
  bernoulliLogProbability,
  conv2d,
  glorotUniform,
  gradients,
  Parameters,
  relu,
  sequential,
  zeros,
  type Layer,
} from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { binary, pictures, shaped } from '../data.ts';
import { trainingWork } from '../training-work.ts';

export const pixelBatch = 32;
export const pixelChannels = 32;
export const pixelBlocks = 15;
/** Different batches; after them the first comes again. */
const batches = 3;

interface MaskedConfig {
  readonly inputs: number;
  readonly outputs: number;
  readonly size: number;
  /** Whether a pixel sees itself: in every layer but the first. */
  readonly own: boolean;
}

/** A convolution whose window ends before the pixel itself, or at it. */
function maskedConv(weights: Parameters, { inputs, outputs, size, own }: MaskedConfig): Layer {
  const shape: [number, number, number, number] = [size, size, inputs, outputs];
  const kernel = weights.variable('kernel', shape, glorotUniform);
  const bias = weights.variable('bias', [outputs], zeros);
  const seen = Math.floor((size * size) / 2) + (own ? 1 : 0);
  const mask = Float32Array.from({ length: size * size * inputs * outputs }, (_, i) =>
    Math.floor(i / (inputs * outputs)) < seen ? 1 : 0,
  );
  return (x) => {
    const masked = tf.mul<tf.Tensor4D>(kernel, tf.tensor(mask, shape));
    return tf.add(tf.conv2d(x as tf.Tensor4D, masked, 1, 'same'), bias);
  };
}

const pointwise = (weights: Parameters, inputs: number, outputs: number): Layer =>
  conv2d(weights, { inputs, outputs, size: 1 });

/**
 * Binary pictures [N, 28, 28, 1] to the logits of their pixels, each given those before it.
 *
 * @see van den Oord et al. 2016, arXiv:1601.06759, shaped as in pytorch-generative
 */
export function pixelCnn(weights: Parameters): Layer {
  const [wide, narrow] = [pixelChannels, pixelChannels / 2];
  const block = (scope: Parameters): Layer => {
    const inside = sequential(
      relu,
      pointwise(scope.scope('narrow'), wide, narrow),
      relu,
      maskedConv(scope.scope('conv'), { inputs: narrow, outputs: narrow, size: 3, own: true }),
      relu,
      pointwise(scope.scope('widen'), narrow, wide),
    );
    return (x) => tf.add(x, inside(x));
  };
  return sequential(
    maskedConv(weights.scope('first'), { inputs: 1, outputs: wide, size: 7, own: false }),
    ...Array.from({ length: pixelBlocks }, (_, i) => block(weights.scope(`block-${i}`))),
    relu,
    pointwise(weights.scope('head-1'), wide, wide),
    relu,
    pointwise(weights.scope('head-2'), wide, 1),
  );
}

export const pixelCnnTrain = trainingWork('pixelcnn-train', 'PixelCNN of 15 blocks, batch 32', () => {
  const random = new RandomStream('peers', 'pixelcnn');
  const weights = new Parameters(random.derive('weights'));
  const network = pixelCnn(weights);
  const optimiser = adam(new Parameters(random.derive('state')), weights.trainable);
  const step = program('pixelcnn-train', { x: batch([pixelBatch, 28, 28, 1]) }, ({ x }) => {
    const { loss, gradients: slopes } = gradients(weights.trainable, () => ({
      loss: tf.div(tf.neg(tf.sum(bernoulliLogProbability(network(x), x))), pixelBatch),
    }));
    optimiser.apply(slopes, tf.scalar(1e-3));
    return { loss };
  });
  const x = binary(random.derive('bits'), pictures(random.derive('x'), batches * pixelBatch));
  return {
    weights,
    programs: [{ program: step, times: 1 }],
    data: { x: shaped(x, [batches, pixelBatch, 28, 28, 1]) },
  };
});
