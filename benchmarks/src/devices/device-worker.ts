import { DeviceMissingError, openEngine, probePlacement, probeProduct, type OpenEngineOptions } from '@kindred/engine';
import { serveTask } from '@kindred/harness';
import type { DeviceAnswer, DeviceQuestion } from './ask-device.ts';

/** What a child process runs to look at one engine: native libraries may take the process down with them. */
serveTask(async (message, tell) => {
  tell(await answer(message as DeviceQuestion));
});

async function answer({ engine: options, product }: DeviceQuestion): Promise<DeviceAnswer> {
  const engine = await openOrMissing(options);
  if ('missing' in engine) return engine;
  try {
    const { description } = engine;
    if (!product) return { description };
    const probe = await probeProduct(engine);
    const { kind, device } = description;
    // On the processor there is no other place where a node could be.
    if (kind !== 'onnx' || device === 'cpu') return { description, probe };
    return { description, probe, placement: await probePlacement(device) };
  } finally {
    await engine.dispose();
  }
}

async function openOrMissing(options: OpenEngineOptions) {
  try {
    return await openEngine(options);
  } catch (error) {
    if (!(error instanceof DeviceMissingError)) throw error;
    const { message, missing, remedy } = error;
    return { message, missing, remedy };
  }
}
