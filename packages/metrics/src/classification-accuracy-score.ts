import type { Engine } from '@kindred/engine';
import type { ClassifierRecipe } from './extractors/classifier-recipe.ts';
import { checkExamples, checkTask, type ClassifierTask, type LabelledImages } from './extractors/classifier-task.ts';
import { trainClassifier } from './extractors/train-classifier.ts';

/** What the two classifiers are trained and tested on, and how. */
export interface ClassificationAccuracyScoreOptions extends ClassifierTask {
  readonly engine: Engine;
  /** Draws the initial weights and the order of the examples, the same for both classifiers. */
  readonly seed: number;
  /** Samples of a model, each with the class that it was asked for. */
  readonly synthetic: LabelledImages;
  /** The examples that the model was trained on, or as many of them as there are samples. */
  readonly real: LabelledImages;
  /** Held-out real examples. */
  readonly test: LabelledImages;
  /** What to change of the classifier's default recipe. */
  readonly recipe?: Partial<ClassifierRecipe>;
}

/** Accuracies on real test images, as shares. */
export interface ClassificationAccuracyScore {
  /** Accuracy on `test` of a classifier trained on the synthetic images, 0 ... 1: higher is better. */
  readonly score: number;
  /** The same of one trained on the real images. */
  readonly baseline: number;
  /** baseline - score: what training on samples costs; below 0 where they teach more than the real images do. */
  readonly gap: number;
}

/**
 * Classification accuracy score: how well a classifier that has seen nothing but samples of a class-conditional model tells real
 * images. It falls where the samples miss a class or its variety, and where they do not look like their labels. Give both
 * trainings the same number of images: fewer make a worse classifier. Trains two classifiers: see ClassifierRecipe for the time.
 *
 * @param options `synthetic`, `real` and `test` hold images [labels.length, height, width, channels] with values in 0 ... 1, at least one
 * @returns shares of the test images, and their difference
 * @throws RangeError when examples, task or recipe are malformed; Error when training diverges
 * @see Ravuri and Vinyals 2019, arXiv:1905.10887
 */
export async function classificationAccuracyScore(
  options: ClassificationAccuracyScoreOptions,
): Promise<ClassificationAccuracyScore> {
  const { synthetic, real, test, ...training } = options;
  checkTask(options);
  for (const [subject, examples] of Object.entries({ synthetic, real, test })) {
    checkExamples(subject, examples, options); // before the time is spent
  }
  const accuracyAfter = async (examples: LabelledImages): Promise<number> => {
    const { classifier, accuracy } = await trainClassifier({ ...training, ...examples, validation: test });
    await classifier.dispose();
    return accuracy;
  };
  const score = await accuracyAfter(synthetic);
  const baseline = await accuracyAfter(real);
  return { score, baseline, gap: baseline - score };
}
