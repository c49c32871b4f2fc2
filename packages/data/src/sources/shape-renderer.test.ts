import { describe, expect, it } from 'vitest';
import { renderShape, shapeContains, shapes } from './shape-renderer.ts';
import type { Placement, Shape } from './shape-renderer.ts';

const byName = (name: string): Shape => shapes.find((shape) => shape.name === name)!;

const render = (shape: Shape, place: Partial<Placement> = {}, size = 32): Uint8Array => {
  const target = new Uint8Array(size * size);
  renderShape(shape, { x: size / 2, y: size / 2, radius: size / 4, angle: 0, ...place }, size, target);
  return target;
};

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);

describe('shapes', () => {
  it.each(shapes)(
    '$name: contains the disc of its inner radius, and lies in that of radius 1',
    ({ name, innerRadius }) => {
      for (let i = 0; i < 3600; i++) {
        const [u, v] = [Math.cos((i * Math.PI) / 1800), Math.sin((i * Math.PI) / 1800)];
        expect(shapeContains(name, u * innerRadius * 0.999, v * innerRadius * 0.999)).toBe(true);
        expect(shapeContains(name, u * 1.001, v * 1.001)).toBe(false);
      }
    },
  );

  it.each(shapes)('$name: a turn by its period maps it onto itself, half of that does not', ({ name, period }) => {
    const differing = (turn: number): number => {
      let count = 0;
      for (let i = 0; i < 10_000; i++) {
        const [u, v] = [((i % 100) - 49.37) / 50, (Math.floor(i / 100) - 49.61) / 50];
        const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
        if (shapeContains(name, u, v) !== shapeContains(name, u * cosine - v * sine, u * sine + v * cosine)) count++;
      }
      return count;
    };
    expect(differing(period)).toBeLessThan(10); // rounding at the edges
    expect(differing(period / 2)).toBeGreaterThan(300);
  });
});

describe('renderShape', () => {
  it.each([
    ['square', 2],
    ['ellipse', Math.PI / 2],
    ['triangle', (3 * Math.sqrt(3)) / 4],
  ])('%s: covers its area, wherever it lies and however it is turned', (name, area) => {
    for (const place of [{}, { x: 13.3, y: 18.9 }, { angle: 1 }, { x: 20.5, angle: 0.3, radius: 9.7 }]) {
      const radius = place.radius ?? 8;
      expect(Math.abs(sum(render(byName(name), place)) / 255 - area * radius ** 2)).toBeLessThan(1); // of some 80 pixels
    }
  });

  it('samples each pixel: a square that covers half of a column of pixels makes it half as bright', () => {
    const radius = 4.5 * Math.SQRT2; // half a side of 4.5
    const image = render(byName('square'), { radius });
    const row = [...image.subarray(16 * 32, 17 * 32)];
    expect(row).toEqual(
      Array.from(
        { length: 32 },
        (_, column) => [0, 128, 255][Number(column >= 11 && column <= 20) + Number(column >= 12 && column <= 19)],
      ),
    );
  });

  it('has the first row above: the point of a triangle, and the cleft of a heart', () => {
    const widths = (name: string) => {
      const image = render(byName(name));
      return Array.from({ length: 32 }, (_, row) => sum(image.subarray(32 * row, 32 * row + 32)));
    };
    const triangle = widths('triangle');
    expect(triangle[9]!).toBeLessThan(triangle[18]!);
    expect(triangle.findIndex((width) => width > 0)).toBe(8); // 8 above the centre, and 4 below it
    expect(triangle.findLastIndex((width) => width > 0)).toBe(19);
    const heart = widths('heart');
    expect(heart[13]!).toBeGreaterThan(2 * heart[20]!);
  });

  it('turns anticlockwise: a triangle turned by a quarter points to the left', () => {
    const image = render(byName('triangle'), { angle: Math.PI / 2 });
    expect(image[16 * 32 + 9]).toBeGreaterThan(100);
    expect(sum(image.filter((_, i) => i % 32 >= 20))).toBe(0);
  });

  it('moves with its centre: by whole pixels the image shifts', () => {
    const [here, there] = [render(byName('heart'), { x: 12, y: 15 }), render(byName('heart'), { x: 14, y: 18 })];
    expect([...there.subarray(3 * 32 + 2)]).toEqual([...here.subarray(0, 29 * 32 - 2)]);
  });
});
