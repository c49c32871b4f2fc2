import { defineSuite } from '@kindred/harness';

/** The whole path in seconds: does everything run? Its scores mean nothing. */
export const smoke = defineSuite({
  name: 'smoke',
  description: 'Every family for a moment on the ring of eight Gaussians: shows that the whole path runs.',
  datasets: ['ring'],
  models: [
    { family: 'gan', variant: 'non-saturating' },
    { family: 'vae', variant: 'standard' },
    { family: 'autoregressive', variant: 'standard' },
    { family: 'baselines', variant: 'memoriser' },
    { family: 'baselines', variant: 'independent' },
  ],
  seeds: 2,
  budget: { points: { unit: 'examples', amount: 12_800 } },
  batchSize: { points: 128 },
  samples: { points: 500 },
  validate: { points: { times: 2, samples: 200 } },
  timeout: 120,
  throughput: { seconds: 2 },
});
