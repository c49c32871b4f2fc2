import { agrees, type TwinResult } from '../compare.ts';

/** A result in one line for the terminal. */
export function resultLine(result: TwinResult): string {
  const { suite, dataset, model, seed, ours, line, difference, reason } = result;
  const name = `${suite} ${dataset} ${model} seed ${seed}`;
  if (difference === null) return `${name}: ${reason}`;
  const sides = `ours ${ours?.test.toFixed(3)}  twin ${line?.test?.nats.toFixed(3)} nats`;
  return `${name}: ${sides}  ${(100 * difference).toFixed(2)} %${agrees(result) ? '' : '  more than 1 %'}`;
}
