import { checkSamples, type FeatureExtractor } from './feature-extractor.ts';

/**
 * The pixels themselves as features, row after row and channel by channel. No copy: the features share the samples' memory.
 *
 * @param shape [height, width, channels]
 * @returns an extractor of a column for each value of an image, in the unit of the intensities
 * @throws RangeError when the shape holds no pixel
 */
export function pixelFeatures(shape: readonly [number, number, number]): FeatureExtractor {
  return identity('pixels', `intensities of the ${shape.join(' x ')} pixels`, shape[0] * shape[1] * shape[2]);
}

/**
 * The coordinates themselves as features. No copy: the features share the samples' memory.
 *
 * @param dimensions of a point
 * @returns an extractor of a column for each dimension, in the unit of the coordinates
 * @throws RangeError unless `dimensions` is a positive integer
 */
export function pointFeatures(dimensions: number): FeatureExtractor {
  return identity('points', `coordinates of the points in ${dimensions} dimensions`, dimensions);
}

function identity(name: string, description: string, columns: number): FeatureExtractor {
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(`${name}: features need at least one column, got ${columns}; check the shape.`);
  }
  return {
    name,
    key: `${name}-${columns}`,
    description,
    columns,
    extract: async (samples, count) => {
      checkSamples(name, samples, count, columns);
      return { data: samples, rows: count, columns };
    },
    dispose: async () => {},
  };
}
