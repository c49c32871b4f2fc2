import type { EngineDescription, OpenEngineOptions } from '@kindred/engine';
import { ProblemsError } from '@kindred/harness';
import { askDevice, type AskOptions, type DeviceFinding } from './ask-device.ts';

/**
 * Opens the engine once, in a child, before anything is run on it: what `auto` comes to is then known, and stands in the
 * fingerprint of every trial.
 *
 * @throws ProblemsError where it does not load, with what is missing and how to get it
 */
export async function openFirst(engine: OpenEngineOptions, options: AskOptions): Promise<EngineDescription> {
  const opened = openedOrProblem(await askDevice({ engine, product: false }, options));
  if (typeof opened !== 'string') return opened;
  const { kind = 'auto', device = 'auto' } = engine;
  throw new ProblemsError(`--engine ${kind} --device ${device}`, [opened]);
}

function openedOrProblem(finding: DeviceFinding): EngineDescription | string {
  if ('failure' in finding) return `opening it in a child process: ${finding.failure}`;
  const { answer, warnings } = finding;
  if ('description' in answer) return answer.description;
  return [answer.message, ...warnings, 'What loads here is in `pnpm bench devices`.'].join('\n  ');
}
