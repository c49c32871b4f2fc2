import type { ModelFamily } from '@kindred/model';
import { madeModel } from './made/made-model.ts';
import { mixtureModel } from './mixture/mixture-model.ts';
import { options, type AutoregressiveOptions } from './options.ts';

/**
 * Models that factorise the probability of an example into one conditional per pixel or axis, and so know it exactly. Images:
 * MADE on binary pixels with a local context as in PixelCNN. Points: a mixture density per axis.
 */
export const autoregressive: ModelFamily<AutoregressiveOptions> = {
  name: 'autoregressive',
  options,
  variants: { standard: {} },
  likelihood: 'exact',
  supports: (data) => data.kind === 'points' || data.kind === 'image',
  build: (context) => (context.data.kind === 'image' ? madeModel(context) : mixtureModel(context)),
};
