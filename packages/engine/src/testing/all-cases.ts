import { convolutionCases } from './convolution-cases.ts';
import { dtypeCases } from './dtype-cases.ts';
import { elementwiseCases } from './elementwise-cases.ts';
import { indexingCases } from './indexing-cases.ts';
import type { OpCase } from './op-case.ts';
import { structureCases } from './structure-cases.ts';
import { windowCases } from './window-cases.ts';

/** Every case: together they reach each kernel that has a rule. */
export const allCases: readonly OpCase[] = [
  ...elementwiseCases,
  ...structureCases,
  ...convolutionCases,
  ...windowCases,
  ...indexingCases,
  ...dtypeCases,
];
