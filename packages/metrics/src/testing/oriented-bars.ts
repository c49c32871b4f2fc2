import { RandomStream } from '@kindred/random';
import type { LabelledImages } from '../extractors/classifier-task.ts';

/** Task of the images below. */
export const barsTask = { shape: [8, 8, 1], classes: 4 } as const;

/** Noisy images of one bar, 8 x 8: class 0 is horizontal, 1 vertical, 2 and 3 the two diagonals; each in a random place. */
export function orientedBars(seed: number, count: number): LabelledImages {
  const random = new RandomStream(seed, 'bars');
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 4);
  const images = random.fillUniform(new Float32Array(count * 64)).map((value) => 0.4 * value);
  labels.forEach((label, i) => {
    const place = 2 + random.integer(4);
    for (let t = 0; t < 8; t++) {
      const lines = [place, t, t + place - 4, 11 - place - t];
      const row = lines[label] ?? 0;
      const column = label === 1 ? place : t;
      if (row >= 0 && row < 8) images[i * 64 + row * 8 + column] = 0.9;
    }
  });
  return { images, labels };
}
