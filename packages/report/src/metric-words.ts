import type { Better } from '@kindred/harness';
import type { Column } from './summary.ts';

interface MetricWords {
  /** For headings of columns and panels: short. */
  readonly title: string;
  /** One line for a reader who meets it for the first time. */
  readonly meaning: string;
  /** Whether the plot of a dataset has a panel for it: the few that say most. */
  readonly plotted: boolean;
}

function denoisingWords(level: number): MetricWords {
  return {
    title: `Denoising gain, ${level}`,
    meaning: `of models with an encoder: decibels by which reconstructing test images with Gaussian noise of standard deviation ${level} comes nearer to the clean ones than the better of the noisy image and its 3 x 3 median`,
    plotted: true,
  };
}

const anomalies =
  'probability that a test image of the class that the model never saw scores above one of the others (one half is chance, 1 tells all apart). The score:';

/** What metrics are called and mean. A metric that is missing here is titled by its name and listed without a meaning. */
const known: Readonly<Record<string, MetricWords>> = {
  'frechet-distance': {
    title: 'Fréchet distance',
    meaning:
      'distance between two Gaussians, one fitted to the features of the samples, one to those of the test split. Not an FID: the features are named beside it',
    plotted: true,
  },
  'frechet-distance-infinity': {
    title: 'Fréchet distance, n → ∞',
    meaning:
      'the Fréchet distance extrapolated to infinitely many samples, which takes away the bias that differs from model to model; the test split stays finite',
    plotted: false,
  },
  'kernel-distance': {
    title: 'Kernel distance',
    meaning: 'unbiased squared maximum mean discrepancy with a cubic polynomial kernel; it may be slightly negative',
    plotted: true,
  },
  'sliced-wasserstein': {
    title: 'Sliced Wasserstein',
    meaning: 'root mean square of the 2-Wasserstein distances of samples and test split along random directions',
    plotted: false,
  },
  precision: {
    title: 'Precision',
    meaning:
      'share of samples that lie within the 5-nearest-neighbour radius of some real example: low means samples that look like no real one',
    plotted: true,
  },
  recall: {
    title: 'Recall',
    meaning:
      'share of real examples that lie within the 5-nearest-neighbour radius of some sample: low means variety is missing',
    plotted: true,
  },
  density: {
    title: 'Density',
    meaning:
      'how many real neighbourhoods a sample lies in, over the 5 expected; like precision, but an outlier counts for less. It may exceed 1',
    plotted: true,
  },
  coverage: {
    title: 'Coverage',
    meaning:
      'share of real examples with a sample within their own 5-nearest-neighbour radius: low means variety is missing',
    plotted: true,
  },
  'nearest-neighbour-accuracy': {
    title: '1-NN two-sample',
    meaning:
      'how often the nearest neighbour of a sample or test example is of its own kind, itself left out: one half where the two cannot be told apart, 1 where they can, below one half where samples sit on real examples',
    plotted: true,
  },
  'classifier-two-sample-accuracy': {
    title: 'Classifier two-sample',
    meaning:
      'accuracy, on held-out halves, of a linear classifier that tells samples from test examples: one half where it cannot',
    plotted: false,
  },
  'inception-score': {
    title: 'Inception score',
    meaning:
      'of the probabilities of the classifier trained here, so not comparable with published ones: high where each sample is of a clear class and all classes occur; blind within a class',
    plotted: false,
  },
  'class-accuracy': {
    title: 'Right class',
    meaning:
      'of class-conditional models: share of samples that the classifier trained here takes for the class that was asked for; it errs itself, by its accuracy on the test split',
    plotted: true,
  },
  'classification-accuracy-score': {
    title: 'Taught accuracy',
    meaning:
      'of class-conditional models: accuracy on the test split of a classifier that was trained on the samples alone, with the classes that were asked for (classification accuracy score)',
    plotted: true,
  },
  'classification-accuracy-gap': {
    title: 'Taught accuracy, gap',
    meaning:
      'what that classifier falls short of one trained on as many real training examples; below 0 where samples teach more',
    plotted: false,
  },
  'vendi-score': {
    title: 'Vendi score',
    meaning:
      'effective number of different samples, by the eigenvalues of their cosine similarities. Collapse lowers it, noise raises it',
    plotted: false,
  },
  'authentic-share': {
    title: 'Authentic',
    meaning:
      'share of samples that are farther from the nearest training example than that example is from its own nearest: below the share of unseen real data where training examples are copied, above it where samples are off',
    plotted: false,
  },
  'data-copying': {
    title: 'Data copying (C_T)',
    meaning:
      'whether samples lie nearer to training examples than test examples do, in standard deviations: far below 0 is copying, far above is underfitting',
    plotted: false,
  },
  'sharpness-ratio': {
    title: 'Sharpness',
    meaning:
      'variance of the Laplacian of the samples over that of real images: below 1 is blurred; noise raises it too, so read it beside precision',
    plotted: true,
  },
  'spectrum-distance': {
    title: 'Spectrum',
    meaning:
      'mean distance of the radially averaged power spectra of samples and test images, in decibels: blur and noise both raise it',
    plotted: true,
  },
  'multi-scale-similarity': {
    title: 'MS-SSIM of pairs',
    meaning:
      'mean structural similarity of random pairs of samples: well above that of real data means samples are alike',
    plotted: false,
  },
  modes: {
    title: 'Modes',
    meaning: 'modes of the mixture with at least one sample within 3 standard deviations of their centre',
    plotted: true,
  },
  'high-quality-share': {
    title: 'High quality',
    meaning:
      'share of samples within 3 standard deviations of the nearest mode; true samples reach 0.989, and more means that modes are too narrow',
    plotted: true,
  },
  'mode-divergence': {
    title: 'KL over modes',
    meaning:
      'Kullback-Leibler divergence of the samples’ distribution over modes from the real one; 0 means every mode gets its share',
    plotted: true,
  },
  'within-mode-spread': {
    title: 'Spread in modes',
    meaning:
      'standard deviation within modes over the real one; true samples score 0.974, since samples beyond 3 deviations do not count, and 0 is a collapse onto points',
    plotted: true,
  },
  'reconstruction-psnr': {
    title: 'Reconstruction',
    meaning:
      'of models with an encoder: peak signal-to-noise ratio of test images and their reconstructions; 20 dB is an error of a tenth of the range',
    plotted: true,
  },
  'denoising-gain-0.1': denoisingWords(0.1),
  'denoising-gain-0.25': denoisingWords(0.25),
  'denoising-gain-0.5': denoisingWords(0.5),
  'active-units': {
    title: 'Active codes',
    meaning:
      'of models with codes: how many of them have a posterior mean that varies over test examples by more than 0.01 (variance); the others say nothing',
    plotted: false,
  },
  'interpolation-frechet-distance': {
    title: 'Midpoints, Fréchet',
    meaning:
      'of models with codes: Fréchet distance to the test split of what is decoded half-way between the codes of random pairs of test examples (of one class where the model is told it)',
    plotted: false,
  },
  'grammatical-share': {
    title: 'Grammatical',
    meaning:
      'share of whole lines in samples, those between two line breaks, that the source of the text could have written; blind to variety',
    plotted: true,
  },
  'anomaly-auroc-likelihood-ratio': {
    title: 'AUROC, likelihood ratio',
    meaning: `${anomalies} log-likelihood of a local model of the training images less that of the model, so that plain images do not count as normal for their strokes alone; of models with a likelihood of binary images`,
    plotted: true,
  },
  'anomaly-auroc-reconstruction': {
    title: 'AUROC, reconstruction',
    meaning: `${anomalies} squared error of its reconstruction relative to its own energy; of models with an encoder`,
    plotted: true,
  },
  'anomaly-auroc-likelihood': {
    title: 'AUROC, likelihood',
    meaning: `${anomalies} negative log-likelihood; plain images are likely whether seen or not, so this may lie below one half`,
    plotted: true,
  },
  'negative-log-likelihood': {
    title: 'NLL',
    meaning:
      'negative log-likelihood per test example; comparable only between models of the same observations. Where a model gives a bound, its true value may be lower',
    plotted: true,
  },
  'bits-per-dimension': {
    title: 'Bits per dimension',
    meaning:
      'negative log-likelihood per value of an image, in bits, of models of the 256 intensities: what lossless coding would take; 8 is what knowing nothing takes',
    plotted: true,
  },
  'bits-per-character': {
    title: 'Bits per character',
    meaning:
      'negative log-likelihood per character of text, in bits: what lossless coding of test windows would take. Windows begin anywhere, so their first characters cost more than the rest',
    plotted: true,
  },
};

const order = Object.keys(known);

/** Where a metric stands beside others: distances, shares, modes, then likelihoods; one without words comes last. */
export function metricOrder(metric: string): number {
  const index = order.indexOf(metric);
  return index === -1 ? order.length : index;
}

/** Short title of a metric: from the table of words, else its name in plain words. */
export function metricTitle(metric: string): string {
  const words = known[metric]?.title ?? metric.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One line on what the metric says; null where nothing is known of it. */
export function metricMeaning(metric: string): string | null {
  return known[metric]?.meaning ?? null;
}

/** Whether a metric has a panel in the plot of a dataset; one without words has. */
export function isPlotted(metric: string): boolean {
  return known[metric]?.plotted ?? true;
}

/** The direction as a mark behind a title: ↑ higher is better, ↓ lower, →1 the closer to one; '' where it is no score. */
export function directionMark(better: Better): string {
  return { higher: ' ↑', lower: ' ↓', one: ' →1', half: ' →½', zero: ' →0', real: ' →real', none: '' }[better];
}

/**
 * The metric that stands for a dataset where there is room for one: the share of high quality where modes are known, since
 * distances between means and covariances hardly see them; else the Fréchet distance, of text the bits per character, else the first
 * score.
 */
export function leadingColumn(columns: readonly Column[]): Column | null {
  const called = (name: string): Column | undefined => columns.find(({ metric }) => metric === name);
  return (
    called('high-quality-share') ??
    called('frechet-distance') ??
    called('bits-per-character') ??
    columns.find(({ better }) => better !== 'none') ??
    null
  );
}
