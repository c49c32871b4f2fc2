/** Seeded numbers for the engine's tests (mulberry32): the engine depends on no other package of the workspace. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Draw = () => number;

/** An integer in low ... high. */
export const between = (draw: Draw, low: number, high: number): number => low + Math.floor(draw() * (high - low + 1));

/** One of the choices. */
export function pick<T>(draw: Draw, choices: readonly T[]): T {
  const choice = choices[Math.floor(draw() * choices.length)];
  if (choice === undefined) throw new Error('nothing to pick from');
  return choice;
}

/** A shape of the given rank, each axis 1 ... 4. */
export const shapeOf = (draw: Draw, rank = between(draw, 1, 4)): number[] =>
  Array.from({ length: rank }, () => between(draw, 1, 4));

/** A shape that broadcasts with `shape`: axes dropped in front or set to 1. */
export function broadcastable(draw: Draw, shape: readonly number[]): number[] {
  return shape.slice(between(draw, 0, shape.length)).map((size) => (draw() < 0.3 ? 1 : size));
}
