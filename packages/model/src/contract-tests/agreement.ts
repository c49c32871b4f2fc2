import { openEngine, type EngineKind } from '@kindred/engine';
import { expect, it } from 'vitest';
import { loadParameters, saveParameters } from '../parameter-file.ts';
import { disposeModel } from '../variables.ts';
import { decode, encode } from './codes.ts';
import { draw, likelihoods, reconstruct, train, type Subject } from './subject.ts';

const comparedSteps = 2;
/** One pass through a network with the same parameters and inputs: float32's rounding over its layers. */
const codesTolerance = 1e-5;

/**
 * Both engines start from the same parameters and see the same noise. Losses of two steps agree to rounding; later ones are not
 * compared, as Adam turns the sign of a rounding error into a whole step. Samples and likelihoods are compared after the
 * compiled engine has taken over the parameters that the reference trained.
 */
export function describeAgreement(about: Subject, kind: EngineKind): void {
  const { build } = about;
  it(`agrees with cpu on ${kind}`, async () => {
    const reference = await openEngine({ kind: 'cpu' });
    const compiled = await openEngine({ kind });
    const expected = build();
    const model = build();
    const expectedLosses = await train(reference, expected, about, comparedSteps);
    const losses = await train(compiled, model, about, comparedSteps);
    loadParameters(compiled, model.parameters, saveParameters(reference, expected.parameters));
    const problems = [
      ...differences('loss', losses.flatMap(Object.values), expectedLosses.flatMap(Object.values)),
      ...differences('sample', await draw(compiled, model, about), await draw(reference, expected, about)),
    ];
    if (expected.logLikelihood) {
      const found = await likelihoods(compiled, model, about);
      problems.push(...differences('log-likelihood', found, await likelihoods(reference, expected, about)));
    }
    if (expected.reconstruct) {
      const found = await reconstruct(compiled, model, about);
      problems.push(...differences('reconstruction', found, await reconstruct(reference, expected, about)));
    }
    if (expected.codes) {
      const codes = await encode(reference, expected, about);
      const decoded = await decode(reference, expected, about, codes);
      problems.push(
        ...differences('code', await encode(compiled, model, about), codes, codesTolerance),
        ...differences('decoded', await decode(compiled, model, about, codes), decoded, codesTolerance),
      );
    }
    disposeModel(expected);
    disposeModel(model);
    await compiled.dispose();
    await reference.dispose();
    expect(problems).toEqual([]);
  });
}

/**
 * Values that differ by more than a tolerance of the value or of 1; 1e-3 is a thousand times float32's rounding, for sums over whole
 * networks.
 */
function differences(what: string, found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-3): string[] {
  if (found.length !== expected.length) return [`${what}: ${found.length} values against ${expected.length}`];
  return Array.from({ length: expected.length }, (_, i) => i)
    .filter((i) => !(Math.abs(found[i]! - expected[i]!) <= tolerance * Math.max(1, Math.abs(expected[i]!))))
    .map((i) => `${what} ${i}: ${found[i]} against ${expected[i]}`);
}
