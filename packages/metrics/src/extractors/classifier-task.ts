import { checkFinite } from '../features.ts';

/** [height, width, channels] */
export type ImageShape = readonly [number, number, number];

/** Images with their classes. */
export interface LabelledImages {
  /** [labels.length, height, width, channels] */
  readonly images: Float32Array;
  /** Classes, integers in 0 ... classes - 1. */
  readonly labels: Uint8Array | Uint16Array | Int32Array;
}

/** What is to be told apart. */
export interface ClassifierTask {
  readonly shape: ImageShape;
  /** Number of classes, at least 2. */
  readonly classes: number;
}

/** Values of one image. */
export const imageSize = ({ shape }: ClassifierTask): number => shape[0] * shape[1] * shape[2];

/** Throws unless the task is well formed. */
export function checkTask({ shape, classes }: ClassifierTask): void {
  if (!shape.every((length) => Number.isInteger(length) && length > 0)) {
    throw new RangeError(
      `classifier: shape must be [height, width, channels], got [${shape.join(', ')}]; pass whole numbers above 0.`,
    );
  }
  if (!Number.isInteger(classes) || classes < 2) {
    throw new RangeError(
      `classifier: needs at least 2 classes, got ${classes}; use pixelFeatures for unlabelled data.`,
    );
  }
}

/** Throws unless there are examples, each with finite values and a class of the task. */
export function checkExamples(subject: string, { images, labels }: LabelledImages, task: ClassifierTask): void {
  const size = imageSize(task);
  if (labels.length === 0 || images.length !== labels.length * size) {
    throw new RangeError(
      `classifier: ${subject} needs one image of ${size} values per label and at least one; ` +
        `got ${images.length} values for ${labels.length} labels; pass as many images as labels, of the task's shape.`,
    );
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= task.classes);
  if (wrong >= 0) {
    throw new RangeError(
      `classifier: ${subject} needs labels in 0 ... ${task.classes - 1}, got ${labels[wrong]} at ${wrong}; number classes from 0.`,
    );
  }
  checkFinite(images, (at) => `classifier: ${subject}, value ${at % size} of image ${Math.floor(at / size)}`);
}
