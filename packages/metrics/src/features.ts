/** Feature vectors of `rows` examples: `data` is [rows, columns], row after row. Every metric refuses NaN and infinities. */
export interface Features {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** What a metric demands of one set of features, and how it speaks of it in errors. */
export interface FeatureDemand {
  /** The public function that asks: `frechetDistance`. */
  readonly metric: string;
  /** Which of its arguments: `real`. */
  readonly subject: string;
  /** The fewest rows that the metric is defined for. */
  readonly minimumRows: number;
}

/**
 * Throws unless `features` are well formed, finite and have enough rows.
 *
 * @param features [rows, columns]
 * @throws RangeError that says which argument of which metric is wrong, and where
 */
export function checkFeatures(features: Features, { metric, subject, minimumRows }: FeatureDemand): void {
  const { data, rows, columns } = features;
  if (!Number.isInteger(rows) || rows < 0 || !Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `${metric}: ${subject} needs a whole number of rows and at least one column, got ${rows} x ${columns}; correct them.`,
    );
  }
  if (data.length !== rows * columns) {
    throw new RangeError(
      `${metric}: ${subject} needs ${rows} x ${columns} = ${rows * columns} values, got ${data.length}; correct rows or columns.`,
    );
  }
  if (rows < minimumRows) {
    const least = minimumRows === 1 ? '1 row' : `${minimumRows} rows`;
    throw new RangeError(`${metric}: ${subject} needs at least ${least}, got ${rows}; draw more samples.`);
  }
  checkFinite(data, (at) => `${metric}: ${subject} at row ${Math.floor(at / columns)}, column ${at % columns}`);
}

/** As checkFeatures, for two sets that must live in one feature space. */
export function checkFeaturePair(metric: string, sets: Readonly<Record<string, Features>>, minimumRows: number): void {
  for (const [subject, features] of Object.entries(sets)) checkFeatures(features, { metric, subject, minimumRows });
  const widths = new Set(Object.values(sets).map(({ columns }) => columns));
  if (widths.size > 1) {
    const got = Object.entries(sets).map(([subject, { columns }]) => `${subject} has ${columns}`);
    throw new RangeError(
      `${metric}: both sets need the same columns, got ${got.join(', ')}; use one feature extractor for both.`,
    );
  }
}

/** Throws unless every value is finite; `place` names the position of an index in the error, `remedy` says what to do. */
export function checkFinite(
  values: ArrayLike<number>,
  place: (index: number) => string,
  remedy = 'leave out what has diverged',
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      throw new RangeError(`${place(i)} must be a finite number, got ${String(value)}; ${remedy}.`);
    }
  }
}
