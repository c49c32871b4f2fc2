export type ShapeName = 'square' | 'ellipse' | 'heart' | 'triangle';

/** A shape around the origin, in units of its outer radius. */
export interface Shape {
  readonly name: ShapeName;
  /** The smallest turn, in radians, that maps the shape onto itself. */
  readonly period: number;
  /** The shape contains the disc of this radius around the origin, and is contained in that of radius 1. */
  readonly innerRadius: number;
}

/** A square, an ellipse with axes 2 to 1, a heart (these three are dSprites') and an equilateral triangle. */
export const shapes: readonly Shape[] = [
  { name: 'square', period: Math.PI / 2, innerRadius: Math.SQRT1_2 },
  { name: 'ellipse', period: Math.PI, innerRadius: 0.5 },
  { name: 'heart', period: 2 * Math.PI, innerRadius: 0.5 },
  { name: 'triangle', period: (2 * Math.PI) / 3, innerRadius: 0.5 },
];

/** The farthest points of the heart's curve are 1.42 from the origin. */
const heartSize = 1.43;
const rootOfThree = Math.sqrt(3);

/**
 * Whether a point lies in a shape; v points upwards. One function for all of them, which the compiler inlines where it is
 * called.
 */
export function shapeContains(name: ShapeName, u: number, v: number): boolean {
  switch (name) {
    case 'square':
      return Math.abs(u) <= Math.SQRT1_2 && Math.abs(v) <= Math.SQRT1_2;
    case 'ellipse':
      return u * u + 4 * v * v <= 1;
    case 'heart': {
      // The sextic (a^2 + b^2 - 1)^3 = a^2 b^3.
      const aa = heartSize * heartSize * u * u;
      const b = heartSize * v;
      const c = aa + b * b - 1;
      return c * c * c <= aa * b * b * b;
    }
    default: // the triangle
      return v >= -0.5 && rootOfThree * Math.abs(u) <= 1 - v;
  }
}

/** Where and how large a shape is drawn, in pixels from the upper left corner of the image; `angle` turns it anticlockwise. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly angle: number;
}

/**
 * Samples in each pixel, from its centre: the Fibonacci lattice of 34 points, which has 34 different places along either axis.
 * Upright edges so move the brightness by steps as fine as oblique ones, where a square grid of 36 would know six places only.
 */
const samples = 34;
const sampleRight = Float64Array.from({ length: samples }, (_, i) => (i + 0.5) / samples - 0.5);
const sampleUp = sampleRight.map((_, i) => (((21 * i) % samples) + 0.5) / samples - 0.5);

/** Half the diagonal of a pixel: how far any of its points is from its centre at most. */
const reach = Math.SQRT1_2;

/**
 * Draws a white shape on black into `target`, [size, size]: each byte is 255 times the share of the pixel's 34 samples that
 * lie in the shape. Pixels that are wholly inside the inner or outside the outer radius need no samples.
 */
export function renderShape({ name, innerRadius }: Shape, place: Placement, size: number, target: Uint8Array): void {
  const { x, y, radius, angle } = place;
  const [cosine, sine] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const outside = (radius + reach) ** 2;
  const within = Math.max(0, radius * innerRadius - reach) ** 2;
  /** Of a pixel, how many samples lie in the shape; `right` and `up` lead from the shape's centre to the pixel's. */
  const covered = (right: number, up: number): number => {
    const square = right * right + up * up;
    if (square >= outside) return 0;
    if (square <= within) return samples;
    let inside = 0;
    for (let i = 0; i < samples; i++) {
      const a = right + (sampleRight[i] as number);
      const b = up + (sampleUp[i] as number);
      if (shapeContains(name, a * cosine + b * sine, b * cosine - a * sine)) inside++;
    }
    return inside;
  };
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      target[row * size + column] = Math.round((255 * covered(column + 0.5 - x, y - row - 0.5)) / samples);
    }
  }
}
