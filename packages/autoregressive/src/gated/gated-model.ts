import * as tf from '@tensorflow/tfjs-core';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { binaryImageModel, sumOfPixels } from '../images/binary-image-model.ts';
import { naivePixels } from '../images/naive-pixels.ts';
import { rowSampler } from '../images/pixel-rows.ts';
import type { AutoregressiveOptions } from '../options.ts';
import { gatedLogits, gatedPixelCnn } from './gated-pixelcnn.ts';
import { gatedRows } from './gated-rows.ts';

/**
 * Gated PixelCNN on binary images.
 *
 * @see van den Oord et al. 2016, arXiv:1606.05328
 */
export function gatedModel(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { sampling } = context.options;
  return binaryImageModel(context, (parameters, { rows, width }) => {
    const network = gatedPixelCnn(parameters, context.options);
    const logits = (x: tf.Tensor): tf.Tensor =>
      tf.reshape(gatedLogits(network, tf.reshape(x, [-1, rows, width, 1])), [-1, rows * width]);
    return {
      name: 'gated-pixelcnn',
      logProbability: (x) => sumOfPixels(logits(x), x),
      sampler: (state, config) =>
        sampling === 'naive'
          ? naivePixels(logits, state, config)
          : rowSampler(gatedRows(network, state, config), state, config),
    };
  });
}
