import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidates, findPython } from './python.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-python-'));
  const fakes = {
    without: 'echo "Traceback:" >&2\necho "ModuleNotFoundError: No module named \'torch\'" >&2\nexit 1',
    // Imports nothing but torch.
    with: '[ "$1" = "-c" ] && [ "$2" = "import torch" ]',
    silent: 'exit 7',
  };
  for (const [name, script] of Object.entries(fakes)) {
    await writeFile(at(name), `#!/bin/sh\n${script}\n`);
    await chmod(at(name), 0o755);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the interpreter', () => {
  it('is looked for by option, environment, path, and in its usual place', () => {
    expect(candidates('mine', { KINDRED_PYTHON: 'theirs' })).toEqual(['mine', 'theirs', 'python3', '/usr/bin/python3']);
    expect(candidates(undefined, {})).toEqual(['python3', '/usr/bin/python3']);
    expect(candidates('python3', { KINDRED_PYTHON: '' })).toEqual(['python3', '/usr/bin/python3']);
  });

  it('is the first that imports torch; the others are named with the reason', async () => {
    expect(await findPython([at('nowhere'), at('without'), at('with'), at('silent')])).toEqual({
      python: at('with'),
      tried: [
        { python: at('nowhere'), reason: 'there is no such program' },
        { python: at('without'), reason: "ModuleNotFoundError: No module named 'torch'" },
        { python: at('with'), reason: null },
      ],
    });
  });

  it('may be missing', async () => {
    expect(await findPython([at('silent')])).toEqual({
      python: null,
      tried: [{ python: at('silent'), reason: 'ended with 7' }],
    });
  });
});
