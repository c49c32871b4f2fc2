import { z } from 'zod';

const sizes = (low: number, high: number) => z.int().min(low).max(high);

/** Options of the family: those of `image` and of `points` models side by side, as one variant serves both kinds of data. */
export const options = z.strictObject({
  hidden: sizes(8, 8192).default(1000).describe('images: hidden units; search 200 ... 2000'),
  localFeatures: z
    .int()
    .min(0)
    .max(512)
    .default(64)
    .describe(
      'images: features of the net that adds to a logit what pixels close by say; 0 for none; search 16 ... 64',
    ),
  learningRate: z
    .number()
    .min(1e-6)
    .max(0.1)
    .default(0.01)
    .describe('images: peak learning rate of Adam; search 2e-3 ... 2e-2'),
  weightDecay: z
    .number()
    .min(0)
    .max(10)
    .default(0.03)
    .describe('images: decoupled weight decay of Adam; search 0 ... 0.3'),
  emission: z
    .enum(['probability', 'sample'])
    .default('probability')
    .describe(
      'images: a pixel of a sample is its conditional probability given the binary pixels before, or a draw from it',
    ),
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
