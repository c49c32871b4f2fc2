import * as tf from '@tensorflow/tfjs-core';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { binaryImageModel, sumOfPixels } from '../images/binary-image-model.ts';
import { naivePixels } from '../images/naive-pixels.ts';
import { rowSampler } from '../images/pixel-rows.ts';
import type { AutoregressiveOptions } from '../options.ts';
import { pixelCnn } from './pixelcnn.ts';
import { pixelCnnRows } from './pixelcnn-rows.ts';

/**
 * PixelCNN on binary images.
 *
 * @see van den Oord et al. 2016, arXiv:1601.06759
 */
export function pixelCnnModel(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { channels, blocks, sampling } = context.options;
  return binaryImageModel(context, (parameters, { rows, width }) => {
    const network = pixelCnn(parameters, { channels, blocks });
    const logits = (x: tf.Tensor): tf.Tensor =>
      tf.reshape(network(tf.reshape(x, [-1, rows, width, 1])), [-1, rows * width]);
    return {
      name: 'pixelcnn',
      logProbability: (x) => sumOfPixels(logits(x), x),
      sampler: (state, config) =>
        sampling === 'naive'
          ? naivePixels(logits, state, config)
          : rowSampler(pixelCnnRows(parameters, state, { ...config, channels, blocks }), state, config),
    };
  });
}
