import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@kindred/engine';
import { describe, expect, it } from 'vitest';
import { measure } from './measure.ts';
import { PeerProcess } from './peer-process.ts';
import { candidates, findPython } from './python.ts';
import { works } from './works/index.ts';

const script = fileURLToPath(new URL('torch/serve.py', import.meta.url));

describe('PyTorch', () => {
  it('does the same as we do: a training step and a draw', { timeout: 240_000 }, async ({ skip }) => {
    const { python } = await findPython(candidates(undefined, process.env));
    skip(python === null, 'no interpreter here imports torch');
    if (python === null) return;
    const peer = new PeerProcess(python, [script]);
    const engine = await openEngine({ kind: 'onnx' });
    const folder = await mkdtemp(join(tmpdir(), 'kindred-smoke-'));
    try {
      expect(await peer.ask('hello', {})).toMatchObject({ threads: 1 });
      for (const name of ['vae-train', 'gpt-sample-cached']) {
        const work = works.find((each) => each.name === name)!;
        const result = await measure(work, { engine, peer, folder: join(folder, name), rounds: 1, blockSeconds: 0.01 });
        expect(result).toMatchObject({ status: 'ok', reason: '' });
        expect(result.peerMs).toBeGreaterThan(0);
      }
      await expect(peer.ask('open', { work: 'nope', folder })).rejects.toThrow(/Traceback/);
    } finally {
      peer.kill();
      await engine.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
