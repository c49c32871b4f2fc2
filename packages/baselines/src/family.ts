import { z } from 'zod';
import type { BuildContext, GenerativeModel, ModelFamily } from '@kindred/model';
import { gaussianMixture } from './gaussian-mixture.ts';
import { independent } from './independent.ts';
import { memoriser } from './memoriser.ts';
import { nGram } from './n-gram.ts';
import { smoothed } from './smoothed.ts';
import { uniform } from './uniform.ts';

const options = z.strictObject({
  kind: z
    .enum(['memoriser', 'independent', 'smoothed', 'uniform', 'gaussian-mixture', 'n-gram'])
    .default('memoriser')
    .describe(
      'memoriser: resamples the training split; independent: a Gaussian per pixel or axis; smoothed: the memoriser with noise; ' +
        'uniform: over the values of each pixel, axis or token; gaussian-mixture: of points; n-gram: of tokens',
    ),
  components: z.int().min(1).max(1024).default(32).describe('gaussian-mixture: Gaussians; search 8 ... 64'),
  iterations: z.int().min(1).max(10_000).default(100).describe('gaussian-mixture: steps of EM; search 50 ... 500'),
  order: z
    .int()
    .min(1)
    .max(8)
    .default(4)
    .describe(
      'n-gram: tokens of a context and the one after it; less where the vocabulary is too large for it; search 2 ... 5',
    ),
  strength: z
    .number()
    .min(1e-6)
    .max(1e6)
    .default(1)
    .describe('n-gram: what the shorter context counts, in tokens; search 0.1 ... 10, log-uniform'),
});

export type BaselineOptions = z.infer<typeof options>;
type Kind = BaselineOptions['kind'];
type DataKind = BuildContext<object>['data']['kind'];

const builders: Readonly<Record<Kind, (context: BuildContext<BaselineOptions>) => GenerativeModel>> = {
  memoriser,
  independent,
  smoothed,
  uniform,
  'gaussian-mixture': gaussianMixture,
  'n-gram': nGram,
};

/** What data each is for. */
const supported: Readonly<Record<Kind, readonly DataKind[]>> = {
  memoriser: ['points', 'image', 'sequence'],
  independent: ['points', 'image'],
  smoothed: ['points', 'image'],
  uniform: ['points', 'image', 'sequence'],
  'gaussian-mixture': ['points'],
  'n-gram': ['sequence'],
};

/**
 * Trivial models that calibrate every table: `memoriser` has perfect fidelity and nothing new, `independent` knows each pixel or
 * axis and nothing about how they go together, `uniform` not even that. A model worth its training lies between them and the train-against-test floor,
 * and is better than what needs no network: `smoothed`, `gaussian-mixture` on points, `n-gram` on tokens.
 */
export const baselines: ModelFamily<BaselineOptions> = {
  name: 'baselines',
  options,
  variants: {
    memoriser: { kind: 'memoriser' },
    independent: { kind: 'independent' },
    smoothed: { kind: 'smoothed' },
    uniform: { kind: 'uniform' },
    'gaussian-mixture': { kind: 'gaussian-mixture' },
    unigram: { kind: 'n-gram', order: 1 },
    'n-gram': { kind: 'n-gram' },
  },
  likelihood: 'none',
  likelihoodOf: ({ kind }) => (kind === 'gaussian-mixture' || kind === 'n-gram' ? 'exact' : 'none'),
  supports: (data, options) => options === undefined || supported[options.kind].includes(data.kind),
  build: (context) => builders[context.options.kind](context),
};
