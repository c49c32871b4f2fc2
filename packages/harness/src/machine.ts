import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Machine } from './suite-run.ts';

/** The machine that this process runs on. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    os: `${type()} ${release()}`,
    node: process.version,
  };
}

/**
 * The most memory that this program ever held, in bytes. On Linux maxRSS starts at the most that the parent held, for a process begins as
 * its copy; VmHWM is of the program alone.
 */
export function peakMemory(): number {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(statusOfProcess())?.[1];
  return 1024 * Number(kilobytes ?? process.resourceUsage().maxRSS);
}

/** '' where the system tells no such thing. */
function statusOfProcess(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
