import { describeModelContract } from '@kindred/model/contract-tests';
import { hybrid } from './hybrid.ts';
import { small } from './testing/small.ts';

const { variants } = hybrid;
describeModelContract(
  {
    ...hybrid,
    variants: {
      ...variants,
      'deterministic posterior': {
        ...variants['adversarial-autoencoder'],
        imagePosterior: 'deterministic',
        pointsPosterior: 'deterministic',
      },
      'batch norm everywhere, no average': {
        imageDecoderNorm: 'batch',
        imageDiscriminatorNorm: 'batch',
        averageDecay: 0,
      },
      'no norm': { imageDecoderNorm: 'none', imageDiscriminatorNorm: 'none' },
    },
  },
  { options: small, steps: 30 },
);
