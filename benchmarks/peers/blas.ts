import type { PeerDescription } from './peer-process.ts';

/** Below this many GFLOP/s in one sgemm no optimised BLAS is at work. */
const least = 20;

export interface Blas {
  /** As a reader knows it: `OpenBLAS (libopenblasp-r0.3.21.so, kernels for SkylakeX)`. */
  readonly name: string;
  /** Why the peer's figures are not PyTorch's best; null where nothing is wrong. */
  readonly warning: string | null;
}

const known = [
  ['openblas', 'OpenBLAS'],
  ['mkl', 'MKL'],
  ['blis', 'BLIS'],
] as const;

/** Which BLAS the peer runs on, by the libraries it has loaded and by the speed of its sgemm (null where not measured). */
export function blasOf({ libraries, mkl, coreType }: PeerDescription, gflops: number | null): Blas {
  const name = nameOf(libraries, mkl, coreType);
  const slow = gflops !== null && gflops < least;
  if (!slow && name !== reference) return { name, warning: null };
  const speed = gflops === null ? '' : ` (sgemm at ${gflops.toFixed(1)} GFLOP/s)`;
  return {
    name,
    warning: `PyTorch runs on a slow BLAS here${speed}: install the Debian package libopenblas0-pthread and measure again.`,
  };
}

const reference = 'the reference BLAS';

function nameOf(libraries: readonly string[], mkl: boolean, coreType: string | null): string {
  for (const [part, name] of known) {
    const file = libraries.find((library) => library.includes(part));
    const kernels = coreType === null ? '' : `, kernels for ${coreType}`;
    if (file !== undefined) return `${name} (${file}${kernels})`;
  }
  if (mkl) return 'MKL';
  return libraries.length === 0 ? 'a BLAS that this system does not name' : reference;
}
