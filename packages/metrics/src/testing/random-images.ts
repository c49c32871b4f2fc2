import { RandomStream } from '@kindred/random';
import type { Images } from '../images.ts';

/** Images whose values are those of a function of image, row, column and channel. */
export function imagesOf(
  count: number,
  shape: Images['shape'],
  at: (place: { image: number; y: number; x: number; channel: number }) => number,
): Images {
  const [height, width, channels] = shape;
  const data = Float32Array.from({ length: count * height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return at({
      image: Math.floor(pixel / (height * width)),
      y: Math.floor(pixel / width) % height,
      x: pixel % width,
      channel: i % channels,
    });
  });
  return { data, count, shape };
}

/** White noise, U[0, 1). */
export function noiseImages(seed: number, count: number, shape: Images['shape']): Images {
  const random = new RandomStream(seed, 'images');
  return imagesOf(count, shape, () => random.uniform());
}
