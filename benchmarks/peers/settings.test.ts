import { ProblemsError } from '@kindred/harness';
import { describe, expect, it } from 'vitest';
import { understandPeers } from './settings.ts';
import { works } from './works/index.ts';

const understood = (raw: Parameters<typeof understandPeers>[0]) => understandPeers(raw, works, '/root-of-all');

describe('the options of `peers`', () => {
  it('default to everything', () => {
    expect(understood({})).toEqual({
      works,
      out: '/root-of-all/reports/peers',
      python: undefined,
      rounds: 7,
      command: 'pnpm bench peers',
    });
  });

  it('choose works, in the order of the report, and say how to repeat', () => {
    const settings = understood({ works: 'gpt-train, dcgan-train', rounds: '3', out: '/elsewhere', python: 'p' });
    expect(settings.works.map(({ name }) => name)).toEqual(['dcgan-train', 'gpt-train']);
    expect(settings).toMatchObject({ rounds: 3, out: '/elsewhere', python: 'p' });
    expect(settings.command).toBe('pnpm bench peers --works dcgan-train,gpt-train --rounds 3');
  });

  it('are refused all at once', () => {
    let error: unknown;
    try {
      understood({ works: 'nope,gpt-train', rounds: '0', out: '', python: '' });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ProblemsError);
    const text = (error as ProblemsError).problems.join('\n');
    for (const part of ['--rounds expects an integer in 1 ... 1000, got 0', '--python', '--out', 'unknown work nope'])
      expect(text).toContain(part);
    expect(() => understood({ works: ' ,' })).toThrow(/--works expects names/);
  });
});
