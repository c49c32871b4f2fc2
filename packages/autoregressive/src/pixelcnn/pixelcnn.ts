import * as tf from '@tensorflow/tfjs-core';
import { conv2d, maskedConv2d, relu, sequential, type Layer, type Parameters } from '@kindred/nn';

export interface PixelCnnConfig {
  /** Channels between blocks, even: blocks have half of them inside. */
  readonly channels: number;
  readonly blocks: number;
}

/**
 * Binary images [N, H, W, 1] to the logits of their pixels [N, H, W, 1], each given those before it: a masked convolution 7x7, residual blocks
 * with a masked convolution 3x3 in a bottleneck, and two layers 1x1. It does not see all pixels before: the windows' blind spot is up to the right.
 *
 * @see van den Oord et al. 2016, arXiv:1601.06759, shaped as in pytorch-generative
 */
export function pixelCnn(parameters: Parameters, { channels: wide, blocks }: PixelCnnConfig): Layer {
  const narrow = wide / 2;
  const block = (scope: Parameters): Layer => {
    const inside = sequential(
      relu,
      pointwise(scope.scope('narrow'), wide, narrow),
      relu,
      maskedConv2d(scope.scope('conv'), { inputs: narrow, outputs: narrow, size: 3, own: true }),
      relu,
      pointwise(scope.scope('widen'), narrow, wide),
    );
    return (x) => tf.add(x, inside(x));
  };
  return sequential(
    maskedConv2d(parameters.scope('first'), { inputs: 1, outputs: wide, size: 7, own: false }),
    ...Array.from({ length: blocks }, (_, i) => block(parameters.scope(`block-${i}`))),
    relu,
    pointwise(parameters.scope('head-1'), wide, wide),
    relu,
    pointwise(parameters.scope('head-2'), wide, 1),
  );
}

const pointwise = (scope: Parameters, inputs: number, outputs: number): Layer =>
  conv2d(scope, { inputs, outputs, size: 1 });
