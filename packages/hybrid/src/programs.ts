import { given, normal, program, type Program } from '@kindred/engine';
import type { Codes, GenerativeModel } from '@kindred/model';
import type { Autoencoder } from './networks/autoencoder.ts';

/** What a trained autoencoder is asked to do. Codes are the posterior's means, batch normalisation is by moving averages. */
export function programsOf(
  autoencoder: Autoencoder,
): Required<Pick<GenerativeModel, 'sampler' | 'reconstruct' | 'codes'>> {
  return {
    sampler: (count) => ({ kind: 'direct', program: samplerOf(autoencoder, count) }),
    reconstruct: (count) =>
      program('hybrid.reconstruct', { x: given([count, ...autoencoder.shape]) }, ({ x }) => ({
        reconstruction: autoencoder.decode(autoencoder.encode(x).mean, 'inference'),
      })),
    codes: codesOf(autoencoder),
  };
}

const samplerOf = ({ latentSize, decode }: Autoencoder, count: number): Program =>
  program('hybrid.sample', { z: normal([count, latentSize]) }, ({ z }) => ({ samples: decode(z, 'inference') }));

const codesOf = ({ latentSize, shape, encode, decode }: Autoencoder): Codes => ({
  size: latentSize,
  encode: (count) => program('hybrid.encode', { x: given([count, ...shape]) }, ({ x }) => ({ codes: encode(x).mean })),
  decode: (count) =>
    program('hybrid.decode', { codes: given([count, latentSize]) }, ({ codes }) => ({
      decoded: decode(codes, 'inference'),
    })),
});
