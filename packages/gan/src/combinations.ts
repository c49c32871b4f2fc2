import type { NormName } from '@kindred/nn';
import type { LossName } from './losses/losses.ts';
import type { Conditioning } from './networks/conditioning.ts';
import type { RegulariserName } from './regularisers/regularisers.ts';

/** The options that are looked at together. */
export interface Combination {
  readonly loss: LossName;
  readonly regulariser: RegulariserName;
  readonly imageWeightClip: number;
  readonly pointsWeightClip: number;
  readonly spectralNorm: boolean;
  readonly packing: number;
  readonly conditional: Conditioning;
  readonly imageDiscriminatorNorm: NormName;
  readonly pointsDiscriminatorNorm: NormName;
}

/** An option that does not go with others, and why. */
export interface Conflict {
  readonly path: keyof Combination;
  readonly message: string;
}

interface Rule extends Conflict {
  readonly broken: (options: Combination) => boolean;
}

const norms = ['imageDiscriminatorNorm', 'pointsDiscriminatorNorm'] as const;
const clips = ['imageWeightClip', 'pointsWeightClip'] as const;
/** The regularisers that want a slope of 1. */
const unitSlopes: ReadonlySet<RegulariserName> = new Set(['gradient-penalty', 'dragan']);

const rules: readonly Rule[] = [
  ...norms.map((path): Rule => ({
    path,
    broken: (options) => options[path] === 'batch' && options.regulariser !== 'none',
    message:
      'batch normalisation makes a score depend on the whole batch, so the gradient by one example, which the regulariser bounds, is not ' +
      "that example's (Gulrajani et al. 2017, arXiv:1704.00028, section 4); take layer or none, or regulariser none.",
  })),
  ...norms.map((path): Rule => ({
    path,
    broken: (options) => options[path] === 'batch' && options.spectralNorm,
    message:
      'batch normalisation divides by the standard deviation of its batch and so undoes the bound on the slope that spectralNorm gives ' +
      '(Miyato et al. 2018, arXiv:1802.05957); take none.',
  })),
  ...clips.map((path): Rule => ({
    path,
    broken: (options) => options[path] > 0 && options.loss !== 'wasserstein',
    message:
      "clipping bounds the critic's slope, which only the wasserstein loss asks for (Arjovsky et al. 2017, arXiv:1701.07875); it would " +
      "cap other losses' scores. Take loss wasserstein, or no clipping.",
  })),
  ...clips.map((path): Rule => ({
    path,
    broken: (options) => options[path] > 0 && options.spectralNorm,
    message:
      'spectralNorm divides by the size of the kernels, so that clipping them bounds nothing (Miyato et al. 2018, arXiv:1802.05957); take one of the two.',
  })),
  ...clips.map((path): Rule => ({
    path,
    broken: (options) => options[path] > 0 && unitSlopes.has(options.regulariser),
    message:
      'clipping keeps the slope from the 1 that gradient-penalty and dragan hold it at; the penalty is there to take its place ' +
      '(Gulrajani et al. 2017, arXiv:1704.00028, section 3). Take no clipping, or regulariser none.',
  })),
  {
    path: 'loss',
    broken: ({ loss, regulariser, spectralNorm, ...options }) =>
      loss === 'wasserstein' && regulariser === 'none' && !spectralNorm && clips.some((path) => options[path] === 0),
    message:
      "the wasserstein loss has no lower end unless something bounds the critic's slope (Arjovsky et al. 2017, arXiv:1701.07875); take " +
      'imageWeightClip and pointsWeightClip, spectralNorm, or a regulariser such as gradient-penalty.',
  },
  {
    path: 'packing',
    broken: ({ packing, conditional }) => packing > 1 && conditional === 'projection',
    message:
      'a pack has one score and as many classes as examples, so there is no one class to project on (Miyato and Koyama 2018, ' +
      'arXiv:1802.05637); take conditional concat, or packing 1.',
  },
];

/** All conflicts between valid options. */
export const checkCombinations = (options: Combination): readonly Conflict[] =>
  rules.filter(({ broken }) => broken(options));
