import { defineSuite } from '@kindred/harness';

/** Do hybrids combine the strengths of their parents? Both beside a GAN and a VAE, and beside all that is trivial. */
export const hybrid = defineSuite({
  name: 'hybrid',
  description:
    'VAE/GAN and adversarial autoencoder beside a GAN and a VAE, on handwritten digits and a ring of eight Gaussians: samples, and what encoders are good for.',
  datasets: ['mnist', 'ring'],
  models: [
    { family: 'hybrid', variant: 'vae-gan' },
    { family: 'gan', variant: 'non-saturating' },
    { family: 'hybrid', variant: 'adversarial-autoencoder' },
    { family: 'vae', variant: 'standard' },
    { family: 'baselines', variant: 'memoriser' },
    { family: 'baselines', variant: 'smoothed' },
    { family: 'baselines', variant: 'independent' },
    { family: 'baselines', variant: 'gaussian-mixture', datasets: ['ring'] },
    { family: 'baselines', variant: 'uniform' },
  ],
  seeds: 2,
  budget: {
    image: { unit: 'examples', amount: 96_000 },
    points: { unit: 'examples', amount: 512_000 },
  },
  batchSize: { image: 32, points: 128 },
  samples: { points: 2500 },
  validate: { image: { times: 4, samples: 500 }, points: { times: 4, samples: 2500 } },
  uses: true,
  dataSeed: 1,
  timeout: 1800,
  throughput: { seconds: 15 },
});
