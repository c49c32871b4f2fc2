import type { WorkResult } from '../result.ts';

const fixed = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? '-';

/** A result in one line for the terminal. */
export function resultLine(result: WorkResult): string {
  const { work, kind, status, reason, oursMs, peerMs, ratio, gflops } = result;
  const interval = ratio ? `${fixed(ratio.estimate, 3)} [${fixed(ratio.low, 3)}, ${fixed(ratio.high, 3)}]` : '-';
  const numbers = `ours ${fixed(oursMs, 3)} ms  peer ${fixed(peerMs, 3)} ms  ratio ${interval}  ${fixed(gflops, 1)} GFLOP/s`;
  const agreement =
    result.maxLossDifference !== null
      ? `  ${kind === 'metric' ? 'values' : 'losses'} differ by ${result.maxLossDifference.toExponential(1)}`
      : result.agreement !== null
        ? `  ${fixed(result.agreement, 4)} of values agree`
        : '';
  const cached = result.agreementWithCached === null ? '' : `, ${fixed(result.agreementWithCached, 4)} with cached`;
  return `${work.padEnd(22)} ${status.padEnd(7)} ${numbers}${agreement}${cached}${reason === '' ? '' : `\n  ${reason}`}`;
}
