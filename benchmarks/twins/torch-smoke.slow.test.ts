import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineSuite } from '@kindred/harness';
import { tinySuite } from './testing/tiny-suite.ts';
import { expectedLine, exportTo, fallOf, pythonHere, trainHere } from './testing/train-here.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-twins-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a twin in PyTorch', () => {
  it('repeats our first steps, and learns; one that does not repeat them is not trained', async ({ skip }) => {
    const python = await pythonHere();
    skip(python === null, 'no interpreter here imports torch');
    if (python === null) return;
    const models = tinySuite.models.filter(({ family }) => family === 'vae');
    await exportTo(folder, defineSuite({ ...tinySuite, datasets: ['mnist@200'], models }));
    const [work = ''] = await readdir(join(folder, 'works'));
    const [at, other] = [join(folder, 'works', work), join(folder, 'works', `${work}.other`)];
    await cp(at, other, { recursive: true });
    const plan = JSON.parse(await readFile(join(at, 'plan.json'), 'utf8'));
    const before = plan.check.before.map((nats: number) => nats * 1.001);
    await writeFile(join(other, 'plan.json'), JSON.stringify({ ...plan, check: { ...plan.check, before } }));
    const [line, refused] = await trainHere(python, folder);
    expect(line).toMatchObject({ ...expectedLine, work });
    expect(fallOf(line!)).toBeGreaterThan(0.02);
    expect(refused).toMatchObject({ work: `${work}.other`, check: { passed: false } });
    expect(refused?.test).toBeUndefined();
  });
});
