import { defineSuite } from '@kindred/harness';

/** The main comparison, small enough for five minutes on two cores from clone to report. */
export const quick = defineSuite({
  name: 'quick',
  description:
    'GAN, VAE and autoregressive model against two baselines, on handwritten digits and a ring of eight Gaussians.',
  datasets: ['mnist', 'ring'],
  models: [
    { family: 'gan', variant: 'non-saturating' },
    { family: 'vae', variant: 'standard' },
    { family: 'autoregressive', variant: 'standard' },
    { family: 'baselines', variant: 'memoriser' },
    { family: 'baselines', variant: 'independent' },
  ],
  seeds: 3,
  budget: {
    image: { unit: 'examples', amount: 48_000 },
    points: { unit: 'examples', amount: 384_000 },
  },
  batchSize: { image: 32, points: 128 },
  // The protocol of VEEGAN and PacGAN counts modes on 2 500 points; images are as many as the test split has.
  samples: { points: 2500 },
  // The recipes were tuned on the splits of seed 0; these are others.
  dataSeed: 1,
  timeout: 300,
  throughput: { seconds: 10 },
});
