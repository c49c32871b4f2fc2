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

/**
 * What the budgets below want of every variant: learning rates that fall to 0, an average of the generator over many steps, and for
 * points a generator that can draw the gaps between modes. Picked on the validation split of data seed 0.
 */
const long = {
  learningRateSchedule: 'cosine',
  imageAverageDecay: 0.999,
  pointsAverageDecay: 0.999,
  pointsGeneratorLayers: 3,
  pointsLearningRate: 2e-3,
} as const;

/** Where a variant is better off with something else. */
const own: Partial<Record<(typeof variants)[number], object>> = {
  // The rate of its recipe; no other was tried with its clip.
  wgan: { pointsLearningRate: 1e-3 },
};

const modelOf = (variant: (typeof variants)[number]) => ({
  family: 'gan',
  variant,
  options: { ...long, ...own[variant] },
});

/**
 * The GAN family: what the field proposed against unstable training and dropped modes, side by side. A critic that is updated twice for each
 * update of the generator sees twice the examples for it: at equal budgets its generator gets half the updates. On points `conditional` is told
 * which mode to draw: an upper end, no rival.
 */
export const gan = defineSuite({
  name: 'gan',
  description: 'Every variant of the GAN family on handwritten digits, a ring of eight Gaussians and a grid of 25.',
  datasets: ['mnist', 'grid', 'ring'],
  models: variants.map(modelOf),
  // PacGAN reports the grid over ten trials.
  seeds: { grid: 10, any: 3 },
  budget: {
    mnist: { unit: 'examples', amount: 96_000 },
    grid: { unit: 'examples', amount: 1_500_000 },
    ring: { unit: 'examples', amount: 768_000 },
  },
  batchSize: { image: 32, points: 64 },
  // The protocol of VEEGAN and PacGAN counts modes on 2 500 points; images are as many as the test split has.
  samples: { points: 2500 },
  validate: { image: { times: 6, samples: 1000 }, points: { times: 6, samples: 2500 } },
  // The recipes are tuned on the splits of seed 0; these are others.
  dataSeed: 1,
  timeout: 900,
  throughput: { seconds: 30 },
});
