import { expect, it } from 'vitest';
import { blasEnvironment, fastestCoreType, productTime } from './core-type.ts';

const choice = (times: Readonly<Record<string, number | null>>) =>
  fastestCoreType(async (coreType) => times[coreType ?? 'own'] ?? null);

it('takes the fastest kernels that run, and leaves a choice alone that is nearly as fast', async () => {
  expect(await choice({ own: 70, SkylakeX: 16, Haswell: 25 })).toBe('SkylakeX');
  expect(await choice({ own: 70, SkylakeX: null, Haswell: 25 })).toBe('Haswell');
  expect(await choice({ own: 17, SkylakeX: 16, Haswell: 25 })).toBeNull();
  expect(await choice({ own: null, SkylakeX: 16 })).toBeNull();
});

it('asks for one thread, and for kernels only where they were chosen', () => {
  expect(blasEnvironment(null)).not.toHaveProperty('OPENBLAS_CORETYPE');
  expect(blasEnvironment('Haswell')).toMatchObject({ OPENBLAS_CORETYPE: 'Haswell', OMP_NUM_THREADS: '1' });
});

it('times nothing where there is no PyTorch', async () => {
  expect(await productTime(process.execPath, null)).toBeNull();
});
