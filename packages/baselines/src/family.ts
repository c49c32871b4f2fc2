import { z } from 'zod';
import type { ModelFamily } from '@kindred/model';
import { independent } from './independent.ts';
import { memoriser } from './memoriser.ts';

const options = z.strictObject({
  kind: z
    .enum(['memoriser', 'independent'])
    .default('memoriser')
    .describe('memoriser: resamples the training split; independent: a Gaussian per pixel or axis'),
});

export type BaselineOptions = z.infer<typeof options>;

/**
 * Trivial models that calibrate every table: `memoriser` has perfect fidelity and nothing new, `independent` knows each pixel or
 * axis and nothing about how they go together. A model worth its training lies between them and the train-against-test floor.
 */
export const baselines: ModelFamily<BaselineOptions> = {
  name: 'baselines',
  options,
  variants: { memoriser: { kind: 'memoriser' }, independent: { kind: 'independent' } },
  likelihood: 'none',
  supports: (data) => data.kind === 'points' || data.kind === 'image',
  build: (context) => (context.options.kind === 'memoriser' ? memoriser(context) : independent(context)),
};
