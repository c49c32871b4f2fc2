import { defineSuite } from '@kindred/harness';

const variants = [
  'minimax',
  'non-saturating',
  'lsgan',
  'hinge',
  'wgan',
  'wgan-gp',
  'spectral-norm',
  'dragan',
  'r3',
  'pacgan',
  'conditional',
] as const;

/** The GAN family: what the field proposed against unstable training and dropped modes, side by side. */
export const gan = defineSuite({
  name: 'gan',
  description: 'Every variant of the GAN family on handwritten digits, a ring of eight Gaussians and a grid of 25.',
  datasets: ['mnist', 'grid', 'ring'],
  models: variants.map((variant) => ({ family: 'gan', variant })),
  // PacGAN reports the grid over ten trials.
  seeds: { grid: 10, any: 3 },
  budget: {
    image: { unit: 'examples', amount: 48_000 },
    points: { unit: 'examples', amount: 384_000 },
  },
  batchSize: { image: 32, points: 128 },
  // The protocol of VEEGAN and PacGAN counts modes on 2 500 points; images are as many as the test split has.
  samples: { points: 2500 },
  validate: { image: { times: 8, samples: 1000 }, points: { times: 8, samples: 2500 } },
  // The recipes are tuned on the splits of seed 0; these are others.
  dataSeed: 1,
  timeout: 900,
  throughput: { seconds: 30 },
});
