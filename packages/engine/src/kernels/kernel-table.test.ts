import { expect, it } from 'vitest';
import { kernelNames, kernelTable } from '../testing/kernel-table.ts';
import { composedKernels, kernelLimits, refusedKernels, specialValueLimits } from './coverage.ts';
import { kernelRules } from './kernel-rules.ts';

it('every kernel of TF.js is lowered, composed or refused, exactly once', () => {
  const names = kernelNames();
  const tables: [string, ReadonlyMap<string, unknown>][] = [
    ['lowered', kernelRules],
    ['composed', composedKernels],
    ['refused', refusedKernels],
  ];
  const claims = names.map(
    (name) => [name, tables.filter(([, table]) => table.has(name)).map(([how]) => how)] as const,
  );
  expect(claims.filter(([, how]) => how.length !== 1)).toEqual([]);
  const unknown = tables.flatMap(([, table]) => [...table.keys()].filter((name) => !names.includes(name)));
  expect(unknown).toEqual([]);
  const limited = [...kernelLimits.keys(), ...specialValueLimits.keys()];
  expect(limited.filter((name) => !kernelRules.has(name))).toEqual([]);
});

it('KERNELS.md says what the code does; `pnpm --filter @kindred/engine kernels` writes it again', async () => {
  await expect(kernelTable()).toMatchFileSnapshot('../../KERNELS.md');
});
