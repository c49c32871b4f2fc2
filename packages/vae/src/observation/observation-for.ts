import type { Parameters } from '@kindred/nn';
import type { VaeOptions } from '../options.ts';
import { bernoulli } from './bernoulli.ts';
import { dequantised } from './dequantised.ts';
import { discretisedLogistic } from './discretised-logistic.ts';
import { gaussian, type SharedDeviation } from './gaussian.ts';
import type { ObservationModel } from './observation-model.ts';

/** Standard deviation in intensities at which a shared one starts: that of MNIST's pixels is 0.31. */
const sharedStart = 0.3;

/** The observation model that the options name for such data. @param parameters gets its variables, if it has any of its own */
export function observationFor(
  kind: 'points' | 'image',
  options: VaeOptions,
  parameters: Parameters,
): ObservationModel {
  const shared = (start: number): SharedDeviation | undefined =>
    options.deviation === 'shared' ? { parameters: parameters.scope('observation'), start } : undefined;
  if (kind === 'points') return gaussian(options.pointsMinimumDeviation, shared(1));
  if (options.imageObservation === 'bernoulli') return bernoulli;
  const least = options.imageMinimumDeviation;
  return options.imageObservation === 'gaussian'
    ? dequantised(gaussian(least, shared(sharedStart)))
    : discretisedLogistic(least);
}
