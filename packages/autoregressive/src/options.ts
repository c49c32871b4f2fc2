import { z } from 'zod';

const sizes = (low: number, high: number) => z.int().min(low).max(high);

/** Options of the family: those of all architectures and kinds of data side by side, as one variant may serve several kinds. */
export const options = z.strictObject({
  architecture: z
    .enum(['made', 'made-orders', 'pixelcnn', 'gated-pixelcnn', 'gpt'])
    .default('made')
    .describe('images: any; sequences: gpt; points always have a mixture per axis, which goes by the name of made'),
  sampling: z
    .enum(['cached', 'naive'])
    .default('cached')
    .describe('images and sequences: keep what the positions before left, or go through all of them anew for each'),
  hidden: sizes(8, 8192).default(1000).describe('made, made-orders: hidden units; search 200 ... 2000'),
  localFeatures: z
    .int()
    .min(0)
    .max(512)
    .default(64)
    .describe('made: features of the net that adds to a logit what pixels close by say; 0 for none; search 16 ... 64'),
  learningRate: z
    .number()
    .min(1e-6)
    .max(0.1)
    .default(0.01)
    .describe('images and sequences: peak learning rate of Adam; search 5e-4 ... 2e-2, log-uniform'),
  weightDecay: z
    .number()
    .min(0)
    .max(10)
    .default(0.03)
    .describe('images and sequences: decoupled weight decay of Adam; search 0 ... 0.3'),
  emission: z
    .enum(['probability', 'sample'])
    .default('probability')
    .describe(
      'images: a pixel of a sample is its conditional probability given the binary pixels before, or a draw from it',
    ),
  orders: sizes(1, 64).default(8).describe('made-orders: orders of the pixels that share the weights; search 1 ... 32'),
  channels: sizes(2, 512)
    .multipleOf(2)
    .default(32)
    .describe('pixelcnn, gated-pixelcnn: channels between blocks, even; search 16 ... 128'),
  blocks: sizes(1, 64).default(8).describe('pixelcnn, gated-pixelcnn, gpt: blocks; search 2 ... 16'),
  heads: sizes(1, 32).default(4).describe('gpt: heads of attention; search 1 ... 8'),
  headSize: sizes(2, 128)
    .default(32)
    .describe('gpt: width of each head; the network is as wide as all; search 16 ... 64'),
  temperature: z
    .number()
    .min(0.01)
    .max(100)
    .default(1)
    .describe('gpt: logits are divided by it when a token is drawn; 1 draws from the model'),
  topK: z
    .int()
    .min(0)
    .max(65536)
    .default(0)
    .describe('gpt: only so many of the likeliest tokens are drawn; 0 for all: draws from the model'),
  components: sizes(1, 256).default(16).describe('points: Gaussians in the mixture of each axis; search 8 ... 64'),
  pointHidden: sizes(4, 4096)
    .default(64)
    .describe('points: units in each of the two hidden layers of an axis; search 32 ... 256'),
  pointLearningRate: z
    .number()
    .min(1e-6)
    .max(0.1)
    .default(5e-3)
    .describe('points: peak learning rate of Adam; search 1e-3 ... 1e-2'),
});

export type AutoregressiveOptions = z.infer<typeof options>;
