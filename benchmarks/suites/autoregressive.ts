import { defineSuite } from '@kindred/harness';

/**
 * The autoregressive family on digits whose bits were drawn once, as the literature states likelihoods. Of 8 000 images that were seen with
 * the same bits each time a network learns noise by heart: weights decay, as much as the validation split of data seed 1 likes (found with
 * PyTorch, by scripts that were not kept).
 */
export const autoregressive = defineSuite({
  name: 'autoregressive',
  description:
    'The autoregressive family on handwritten digits, binarised once: MADE, PixelCNN and gated PixelCNN by exact likelihood, samples and cost.',
  datasets: ['mnist'],
  // Those that take longest first, so that no core is idle in the end.
  models: [
    {
      family: 'autoregressive',
      variant: 'gated-pixelcnn',
      options: { learningRate: 3e-3, weightDecay: 0.03 },
      budget: { any: { unit: 'examples', amount: 64_000 } },
      batchSize: { any: 16 },
      seeds: 1,
    },
    {
      family: 'autoregressive',
      variant: 'pixelcnn',
      options: { weightDecay: 0.1 },
      batchSize: { any: 16 },
      seeds: 1,
    },
    {
      family: 'autoregressive',
      variant: 'standard',
      options: { localFeatures: 128, learningRate: 3e-3, weightDecay: 0.5 },
    },
    {
      family: 'autoregressive',
      variant: 'made-orders',
      options: { learningRate: 5e-3, weightDecay: 0.1 },
      budget: { any: { unit: 'examples', amount: 192_000 } },
    },
    { family: 'baselines', variant: 'memoriser' },
    { family: 'baselines', variant: 'smoothed' },
    { family: 'baselines', variant: 'independent' },
    { family: 'baselines', variant: 'uniform' },
  ],
  seeds: 3,
  budget: { any: { unit: 'examples', amount: 96_000 } },
  batchSize: { any: 32 },
  validate: { any: { times: 8, samples: 500 } },
  binarise: 'static',
  dataSeed: 1,
  timeout: 7200,
  throughput: { seconds: 20 },
});
