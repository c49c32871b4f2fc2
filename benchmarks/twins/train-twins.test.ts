import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainTwins } from './train-twins.ts';
import { parseTwinLines, type TwinLine } from './twin-lines.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-twins-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Node in the place of Python: `body` is the script. */
async function train(body: string, signal = new AbortController().signal): Promise<[TwinLine[], TwinLine[]]> {
  const script = join(folder, 'train.mjs');
  await writeFile(script, body);
  const heard: TwinLine[] = [];
  const settings = { python: process.execPath, script, works: folder, device: 'cpu', threads: 2, signal };
  return [await trainTwins({ ...settings, onLine: (line) => heard.push(line) }), heard];
}

describe('training twins', () => {
  it('hands the arguments over and hears of each work', async () => {
    const [lines, heard] = await train(
      'console.log(JSON.stringify({ work: "a", device: process.argv.slice(2).join(" ") })); console.log(`{"work": "b"}`);',
    );
    expect(lines).toEqual([{ work: 'a', device: `--works ${folder} --device cpu --threads 2` }, { work: 'b' }]);
    expect(heard).toEqual(lines);
  });

  it('says why it ended', async () => {
    await expect(train('console.error("no such module"); process.exit(3)')).rejects.toThrow(/code 3[^]*no such module/);
    await expect(train('console.log("hello")')).rejects.toThrow(/expected one JSON object a line[^]*hello/);
    await expect(train('console.log("{}")')).rejects.toThrow(/the name of its work/);
  });

  it('stops when it is asked to', async () => {
    const stop = new AbortController();
    const training = train('setInterval(() => {}, 1000); console.log(`{"work": "a"}`)', stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(training).rejects.toThrow('enough');
  });
});

describe('lines of train.py', () => {
  it('are read from a file; the last one of a work holds', () => {
    expect(parseTwinLines('{"work": "a", "steps": 1}\n\n{"work": "b"}\n{"work": "a", "steps": 2}\n')).toEqual([
      { work: 'a', steps: 2 },
      { work: 'b' },
    ]);
  });
});
