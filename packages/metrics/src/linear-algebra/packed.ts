/**
 * Vectors laid out for distances of many with many. The inner loops work on 2 x 4 vectors at a time, so that each
 * number loaded serves several sums and the sums stay in registers; for that, four vectors lie side by side: first their first
 * components, then their second ones, and so on.
 */
export interface Packed {
  /** [count / 4, depth, 4] */
  readonly values: Float64Array;
  /** Number of vectors, a multiple of 4: the last ones may be zeros that fill up. */
  readonly count: number;
  /** Components of each vector. */
  readonly depth: number;
}

/** Where a kernel writes: the pair of vectors 0 and 0 to `values[offset]`, the next row of pairs `stride` further on. */
export interface Target {
  readonly values: Float64Array;
  readonly offset: number;
  readonly stride: number;
}

/** Vectors per tile: 64 of 512 components take a quarter of a megabyte, so two tiles fit the second-level cache. */
export const tileSize = 64;

/** Where component `component` of vector `vector` lies in `Packed.values`. */
export const packedIndex = (vector: number, component: number, depth: number): number =>
  ((vector >> 2) * depth + component) * 4 + (vector & 3);

/** `count` rounded up to whole packs of four. */
export const paddedCount = (count: number): number => Math.ceil(count / 4) * 4;

/** Room for `count` vectors; filled by way of packedIndex. */
export function packed(count: number, depth: number): Packed {
  const whole = paddedCount(count);
  return { values: new Float64Array(whole * depth), count: whole, depth };
}

/**
 * Writes the squared distance of each vector of `a` from each of `b` to the target, [a.count, b.count]; the depths are equal.
 * Differences are squared and summed: |x|^2 + |y|^2 - 2 xy is no faster here, and loses small distances between long vectors.
 * Each pair is summed in the same order wherever it stands, so equal pairs of points give equal distances to the last bit.
 */
export function squaredDistances(a: Packed, b: Packed, { values: target, offset, stride }: Target): void {
  const { values: x, depth } = a;
  const { values: y } = b;
  for (let i = 0; i < a.count; i += 2) {
    for (let j = 0; j < b.count; j += 4) {
      const upper = offset + i * stride + j;
      const lower = upper + stride;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let t0 = 0;
      let t1 = 0;
      let t2 = 0;
      let t3 = 0;
      let q = j * depth;
      for (let p = packedIndex(i, 0, depth), end = p + 4 * depth; p < end; p += 4, q += 4) {
        const xs = x[p] ?? 0;
        const xt = x[p + 1] ?? 0;
        const y0 = y[q] ?? 0;
        const y1 = y[q + 1] ?? 0;
        const y2 = y[q + 2] ?? 0;
        const y3 = y[q + 3] ?? 0;
        s0 += (xs - y0) * (xs - y0);
        s1 += (xs - y1) * (xs - y1);
        s2 += (xs - y2) * (xs - y2);
        s3 += (xs - y3) * (xs - y3);
        t0 += (xt - y0) * (xt - y0);
        t1 += (xt - y1) * (xt - y1);
        t2 += (xt - y2) * (xt - y2);
        t3 += (xt - y3) * (xt - y3);
      }
      target[upper] = s0;
      target[upper + 1] = s1;
      target[upper + 2] = s2;
      target[upper + 3] = s3;
      target[lower] = t0;
      target[lower + 1] = t1;
      target[lower + 2] = t2;
      target[lower + 3] = t3;
    }
  }
}
