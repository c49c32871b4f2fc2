import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../fixtures/make_fixtures.py', import.meta.url));
const pythons = [process.env['KINDRED_PYTHON'] ?? '', 'python3', '/usr/bin/python3'].filter((name) => name !== '');

/** The first interpreter that has what the oracles need. */
async function pythonWithOracles(): Promise<string | null> {
  for (const python of new Set(pythons)) {
    try {
      await run(python, ['-c', 'import numpy, scipy, sklearn'], { timeout: 120_000 });
      return python;
    } catch {
      // The next one may have them.
    }
  }
  return null;
}

it('the fixtures are what their script makes, whatever the versions of its libraries', async ({ skip }) => {
  const python = await pythonWithOracles();
  skip(
    python === null,
    `none of ${pythons.join(', ')} imports numpy, scipy and scikit-learn: install python3-scipy and python3-sklearn`,
  );
  if (python === null) return;
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  const said = await run(python, [script, '--check'], { timeout: 500_000, env: environment }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  // The script's own lines say which value of which file differs.
  expect(said.split('\n').filter((line) => !/: the same$|: not checked, for |^$/.test(line))).toEqual([
    expect.stringMatching(/^0 of \d+ files differ$/),
  ]);
});
