/** The classifier's network and how it is trained. All of it decides the features, so all of it is in the cache key. */
export interface ClassifierRecipe {
  /** Outputs of the two convolutions (3 x 3, stride 2, ReLU). */
  readonly channels: readonly [number, number];
  /** Outputs of the dense ReLU layer after them: the columns of the features. */
  readonly features: number;
  /** Passes over the training examples. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Training images are moved by up to this many pixels along each axis, at random; 0 leaves them where they are. */
  readonly shift: number;
  /** Adam's learning rate at the first step; it falls to 0 along half a cosine. */
  readonly learningRate: number;
}

/**
 * On 8 000 images of MNIST this takes 8 to 10 s on one core, and gets 97.4 to 98.6 % of 1 000 held-out images right (seeds 0 to 2,
 * validation and test). Without the shift: 96.7 and 97.6 % (seed 0).
 */
export const defaultRecipe: ClassifierRecipe = {
  channels: [16, 32],
  features: 128,
  epochs: 10,
  batchSize: 32,
  shift: 1,
  learningRate: 2e-3,
};

/** Throws unless a recipe can be followed. */
export function checkRecipe(recipe: ClassifierRecipe): void {
  const { channels, features, epochs, batchSize, shift, learningRate } = recipe;
  const sizes = { 'channels[0]': channels[0], 'channels[1]': channels[1], features, epochs, batchSize };
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(
        `classifier recipe: ${name} must be a positive integer, got ${size}; leave it out for the default.`,
      );
    }
  }
  if (!Number.isInteger(shift) || shift < 0) {
    throw new RangeError(
      `classifier recipe: shift must be a whole number of pixels, at least 0, got ${shift}; leave it out for ${defaultRecipe.shift}.`,
    );
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(
      `classifier recipe: learningRate must be positive, got ${learningRate}; leave it out for ${defaultRecipe.learningRate}.`,
    );
  }
}
