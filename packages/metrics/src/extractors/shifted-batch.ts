import type { RandomStream } from '@kindred/random';
import type { ImageShape, LabelledImages } from './classifier-task.ts';

/**
 * The chosen examples, each image moved by -limit ... limit pixels along each axis; pixels that come in from outside repeat the
 * edge. On a few thousand images this is what keeps a small classifier from learning them by heart.
 */
export function shiftedBatch(
  { images, labels }: LabelledImages,
  shape: ImageShape,
  chosen: Int32Array,
  { limit, random }: { readonly limit: number; readonly random: RandomStream },
): { readonly batch: Float32Array; readonly labels: Int32Array } {
  const size = shape[0] * shape[1] * shape[2];
  const batch = new Float32Array(chosen.length * size);
  for (const [place, example] of chosen.entries()) {
    const image = images.subarray(example * size, (example + 1) * size);
    const down = random.integer(2 * limit + 1) - limit;
    const right = random.integer(2 * limit + 1) - limit;
    copyShifted(image, shape, [down, right], batch.subarray(place * size, (place + 1) * size));
  }
  return { batch, labels: Int32Array.from(chosen, (example) => labels[example] ?? 0) };
}

function copyShifted(
  image: Float32Array,
  [height, width, channels]: ImageShape,
  [down, right]: readonly [number, number],
  target: Float32Array,
): void {
  let next = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.min(Math.max(y - down, 0), height - 1) * width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.min(Math.max(x - right, 0), width - 1)) * channels;
      for (let c = 0; c < channels; c++) target[next++] = image[from + c] ?? 0;
    }
  }
}
