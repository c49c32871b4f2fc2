import { describe, expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { allCases } from '../testing/all-cases.ts';
import { differences } from '../testing/compare.ts';
import { drawCase, drawSpecial, seedOf } from '../testing/derivatives.ts';
import { trace } from '../trace/trace.ts';
import { specialValueLimits } from './coverage.ts';

const draws = 15;
const engines = { expected: await openEngine({ kind: 'cpu' }), actual: await openEngine({ kind: 'onnx' }) };

describe('kernel rules, many draws', () => {
  it.each(allCases.map((opCase) => [opCase.name, opCase] as const))('%s', async (name, opCase) => {
    const problems: string[] = [];
    for (let i = 0; i < draws; i++) {
      const drawn = [drawCase(opCase, seedOf(name) + 1000 + i), drawSpecial(opCase, seedOf(name) + 1000 + i)];
      for (const { program, feeds } of drawn) {
        const special = program.name.includes('special');
        if (special && trace(program).nodes.some(({ kernel }) => specialValueLimits.has(kernel))) continue;
        problems.push(...(await differences(program, feeds, { ...engines, tolerance: 3e-5 })));
      }
    }
    expect(problems.join('\n')).toBe('');
  });
});
