import { defineSuite } from '@kindred/harness';

/** Bits that were drawn once are soon learnt by heart: what the validation split of data seed 1 likes (found with PyTorch, by scripts that were not kept). */
const decay = { weightDecay: 0.3 } as const;

/**
 * The family of variational autoencoders on digits whose bits were drawn once, as the literature states likelihoods. `gaussian` and
 * `discretised-logistic` model intensities: their likelihoods compare with each other's alone. That of `vq` has one term of the sum over
 * codes, so it is a looser bound than the rest; `conditional` is told the class.
 */
export const vae = defineSuite({
  name: 'vae',
  description:
    'The VAE family on handwritten digits, binarised once: bounds, samples, and what encoders are good for: reconstruction, denoising, interpolation.',
  datasets: ['mnist'],
  // Those that take longest first, so that no core is idle in the end.
  models: [
    {
      family: 'vae',
      variant: 'convolutional',
      options: { weightDecay: 0.5, importanceSamples: 500 },
      budget: { any: { unit: 'examples', amount: 320_000 } },
      seeds: 2,
    },
    {
      family: 'vae',
      variant: 'denoising',
      options: { weightDecay: 0.1 },
      budget: { any: { unit: 'examples', amount: 320_000 } },
      seeds: 2,
    },
    { family: 'vae', variant: 'iwae', options: decay, seeds: 2 },
    { family: 'vae', variant: 'vq', seeds: 2 },
    { family: 'vae', variant: 'standard', options: decay },
    { family: 'vae', variant: 'dense', options: decay },
    { family: 'vae', variant: 'beta', options: decay },
    { family: 'vae', variant: 'conditional', options: decay },
    { family: 'vae', variant: 'gaussian' },
    { family: 'vae', variant: 'discretised-logistic' },
    { family: 'baselines', variant: 'memoriser' },
    { family: 'baselines', variant: 'smoothed' },
    { family: 'baselines', variant: 'independent' },
    { family: 'baselines', variant: 'uniform' },
  ],
  seeds: 3,
  budget: { any: { unit: 'examples', amount: 160_000 } },
  batchSize: { any: 64 },
  validate: { any: { times: 5, samples: 200 } },
  uses: true,
  binarise: 'static',
  dataSeed: 1,
  timeout: 7200,
  throughput: { seconds: 20 },
});
