import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Kernels of OpenBLAS for x86 that its own choice may miss: it goes by a list of processors, and takes one that is newer than itself for the
 * least (0.3.21 a Xeon of 2023 for a Prescott of 2004, and multiplies at a quarter of the speed). A peer that is slow for that proves nothing.
 */
const coreTypes = ['SkylakeX', 'Haswell'] as const;

/** Others' kernels must be faster than OpenBLAS's own choice by this factor to be taken: less may be noise. */
const clearly = 1.15;

/** Prints the best of some products, in milliseconds. */
const script = `
import time, torch
torch.set_num_threads(1)
a = torch.ones(768, 768)
def product():
    start = time.perf_counter()
    a @ a
    return time.perf_counter() - start
print(1000 * min(product() for _ in range(12)))
`;

/** The processor's kernels that a product takes least time with, of those that run; null for OpenBLAS's own choice. */
export async function fastestCoreType(
  milliseconds: (coreType: string | null) => Promise<number | null>,
): Promise<string | null> {
  const own = await milliseconds(null);
  if (own === null) return null;
  let [best, least]: [string | null, number] = [null, own / clearly];
  for (const coreType of coreTypes) {
    const time = await milliseconds(coreType);
    if (time !== null && time < least) [best, least] = [coreType, time];
  }
  return best;
}

/** Times a product in an interpreter with PyTorch, on the kernels of a core type; null where that ends in an error. */
export async function productTime(python: string, coreType: string | null): Promise<number | null> {
  const env = { ...process.env, ...blasEnvironment(coreType) };
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', script], { env, timeout: 120_000 });
    const milliseconds = Number(stdout);
    return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : null;
  } catch {
    return null; // such as an instruction that the processor does not know
  }
}

/** One thread, and the chosen kernels. */
export const blasEnvironment = (coreType: string | null): Readonly<Record<string, string>> => ({
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  ...(coreType !== null && { OPENBLAS_CORETYPE: coreType }),
});
