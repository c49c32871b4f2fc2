import type { BuildContext } from '@kindred/model';
import { hasQuarters, type KernelNorm } from '@kindred/nn';
import type { GanOptions } from '../options.ts';
import type { Architecture } from './architecture.ts';
import { convolutional } from './convolutional.ts';
import { perceptron } from './perceptron.ts';
import { residual } from './residual.ts';

type Data = BuildContext<GanOptions>['data'];

/** Whether there is an architecture for such data: points, and images whose height and width are divisible by 4. */
export const hasArchitecture = (data: Data): boolean =>
  data.kind === 'points' || (data.kind === 'image' && hasQuarters(data.shape));

/** The architecture that the options name for the kind of data, the discriminator's kernels normalised by `kernelNorm`. */
export function architectureFor(data: Data, options: GanOptions, kernelNorm?: KernelNorm): Architecture {
  const normalised = kernelNorm && { kernelNorm };
  if (data.kind === 'points') {
    return perceptron({
      dimensions: data.shape[0],
      generator: {
        layers: options.pointsGeneratorLayers,
        width: options.pointsGeneratorWidth,
        norm: options.pointsGeneratorNorm,
      },
      discriminator: {
        layers: options.pointsDiscriminatorLayers,
        width: options.pointsDiscriminatorWidth,
        norm: options.pointsDiscriminatorNorm,
        ...normalised,
      },
    });
  }
  if (data.kind === 'image' && hasQuarters(data.shape)) {
    const networks = {
      shape: data.shape,
      generator: { channels: options.imageGeneratorChannels, norm: options.imageGeneratorNorm },
      discriminator: {
        channels: options.imageDiscriminatorChannels,
        norm: options.imageDiscriminatorNorm,
        ...normalised,
      },
    };
    if (options.imageArchitecture === 'residual') return residual(networks);
    return convolutional({
      ...networks,
      denseUnits: options.imageArchitecture === 'infogan' ? options.imageDenseUnits : 0,
    });
  }
  throw new Error(
    `gan: models points and images whose height and width are divisible by 4, got ${data.kind} ` +
      `[${data.shape.join(', ')}]; crop or pad the images, or leave this family out.`,
  );
}
