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
