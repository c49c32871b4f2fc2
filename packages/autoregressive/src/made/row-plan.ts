/**
 * Which hidden units matter while one row of an image is drawn. A unit of degree d is a fixed function of the pixels before d, so
 * for a row from `start` to `end` the units fall in three: complete (d <= start), local (start < d < end: they change
 * while the row is drawn, and are a few) and later (d >= end: no logit of the row sees them).
 */
export interface RowPlan {
  readonly rows: number;
  /** Pixels in a row. */
  readonly width: number;
  readonly hidden: number;
  /** Places for local units in a row: as many as the row with most of them needs, at least 1. */
  readonly places: number;
  /** [rows * places]: the unit in each place; 0 in empty ones. */
  readonly units: Int32Array;
  /** [rows * places]: 1 where the place is taken. */
  readonly taken: Float32Array;
  /** [hidden * pixels]: 1 where the unit is complete before the pixel's row starts. */
  readonly complete: Float32Array;
}

/** @param degrees the degree of each hidden unit */
export function rowPlan(rows: number, width: number, degrees: readonly number[]): RowPlan {
  const local = Array.from({ length: rows }, (_, row) =>
    [...degrees.keys()].filter((unit) => {
      const degree = degrees[unit] ?? 0;
      return row * width < degree && degree < (row + 1) * width;
    }),
  );
  const places = Math.max(1, ...local.map((units) => units.length));
  const at = (i: number): number | undefined => local[Math.floor(i / places)]?.[i % places];
  const pixels = rows * width;
  return {
    rows,
    width,
    hidden: degrees.length,
    places,
    units: Int32Array.from({ length: rows * places }, (_, i) => at(i) ?? 0),
    taken: Float32Array.from({ length: rows * places }, (_, i) => (at(i) === undefined ? 0 : 1)),
    complete: Float32Array.from({ length: degrees.length * pixels }, (_, i) => {
      const start = Math.floor((i % pixels) / width) * width;
      return (degrees[Math.floor(i / pixels)] ?? 0) <= start ? 1 : 0;
    }),
  };
}

/** Indices [rows, width, places] into the flat kernel [pixels, hidden] from a row's pixels to its local units. */
export const localUnitIndices = ({ rows, width, hidden, places, units }: RowPlan): Int32Array =>
  Int32Array.from({ length: rows * width * places }, (_, i) => {
    const row = Math.floor(i / (width * places));
    const pixel = Math.floor(i / places); // rows follow one another
    return pixel * hidden + (units[row * places + (i % places)] ?? 0);
  });

/** Indices [rows, places, width] into the flat kernel [hidden, pixels] from a row's local units to its pixels. */
export const localOutputIndices = ({ rows, width, places, units }: RowPlan): Int32Array =>
  Int32Array.from({ length: rows * places * width }, (_, i) => {
    const row = Math.floor(i / (width * places));
    return (units[Math.floor(i / width)] ?? 0) * rows * width + row * width + (i % width);
  });

/** Indices [rows, width, width] into the flat kernel [pixels, pixels] from a row's pixels to the same row's. */
export const localDirectIndices = ({ rows, width }: RowPlan): Int32Array =>
  Int32Array.from({ length: rows * width * width }, (_, i) => {
    const row = Math.floor(i / (width * width));
    const pixel = Math.floor(i / width);
    return pixel * rows * width + row * width + (i % width);
  });
