import type { BuildContext, GenerativeModel, ModelFamily } from '@kindred/model';
import { gatedModel } from './gated/gated-model.ts';
import { pixelGptModel } from './gpt/pixel-gpt-model.ts';
import { textModel } from './gpt/text-model.ts';
import { ordersModel } from './made-orders/orders-model.ts';
import { madeModel } from './made/made-model.ts';
import { mixtureModel } from './mixture/mixture-model.ts';
import { options, type AutoregressiveOptions } from './options.ts';
import { pixelCnnModel } from './pixelcnn/pixelcnn-model.ts';

/** Models of binary images, by architecture. */
const imageModels = {
  made: madeModel,
  'made-orders': ordersModel,
  pixelcnn: pixelCnnModel,
  'gated-pixelcnn': gatedModel,
  gpt: pixelGptModel,
} as const;

function build(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { data, options } = context;
  if (!supports(data, options)) {
    throw new Error(
      `autoregressive: ${options.architecture} is not for ${data.kind} data; ask \`supports\` with the options.`,
    );
  }
  if (data.kind === 'image') return imageModels[options.architecture](context);
  return data.kind === 'sequence' ? textModel(context) : mixtureModel(context);
}

function supports({ kind }: BuildContext<AutoregressiveOptions>['data'], options?: AutoregressiveOptions): boolean {
  if (options === undefined || kind === 'image') return true;
  return options.architecture === (kind === 'points' ? 'made' : 'gpt');
}

/**
 * Models that factorise the probability of an example into one conditional per pixel, axis or token, and so know it exactly. Images: binary pixels,
 * MADE with a local context as in PixelCNN, MADE with several orders, PixelCNN, gated PixelCNN, GPT. Points: a mixture density per axis. Sequences: GPT.
 */
export const autoregressive: ModelFamily<AutoregressiveOptions> = {
  name: 'autoregressive',
  options,
  variants: {
    standard: {},
    'made-orders': { architecture: 'made-orders' },
    pixelcnn: { architecture: 'pixelcnn', channels: 32, blocks: 15, learningRate: 2e-3, weightDecay: 0 },
    'gated-pixelcnn': { architecture: 'gated-pixelcnn', channels: 32, blocks: 8, learningRate: 2e-3, weightDecay: 0 },
    gpt: { architecture: 'gpt', blocks: 2, heads: 4, headSize: 16, learningRate: 4e-3 },
  },
  likelihood: 'exact',
  supports,
  build,
};
