import { describe, expect, it } from 'vitest';
import { PeerError, PeerProcess } from './peer-process.ts';
import { fakePeer } from './testing/fake-peer.ts';

async function failure(peer: PeerProcess, seconds = 20): Promise<string> {
  const error: unknown = await peer.ask('time', { first: 3, seconds: 1 }, seconds).then(
    () => null,
    (reason: unknown) => reason,
  );
  peer.kill();
  expect(error).toBeInstanceOf(PeerError);
  return (error as PeerError).message;
}

describe('a peer', () => {
  it('is asked one line of JSON and answers one', async () => {
    const peer = fakePeer('return { units: request.first + 4, seconds: request.seconds, command: request.command };');
    expect(await peer.ask('time', { first: 3, seconds: 1.5 })).toEqual({ units: 7, seconds: 1.5, command: 'time' });
    expect(await peer.ask('time', { first: 4, seconds: 1 })).toMatchObject({ units: 8 });
    peer.kill();
  });

  it('says what went wrong in Python, and lives on', async () => {
    const peer = fakePeer(
      "return request.command === 'time' ? { error: 'Traceback\\n  line 3\\nValueError: x\\n' } : { losses: [[1]] };",
    );
    await expect(peer.ask('time', { first: 0, seconds: 1 })).rejects.toThrow(
      /failed in Python:\n.*line 3\nValueError: x$/s,
    );
    expect(await peer.ask('units', { first: 0, count: 1 })).toEqual({ losses: [[1]] });
    expect(peer.alive).toBe(true);
    peer.kill();
  });

  it('is given up where it prints something else, dies, or does not start', async () => {
    expect(await failure(fakePeer("return 'hello there';"))).toContain('got hello there');
    expect(await failure(fakePeer("console.error('no memory'); process.exit(3);"))).toMatch(/code 3.*\n.*no memory/);
    expect(await failure(new PeerProcess('no-such-python', []))).toContain('no-such-python did not start');
  });

  it('is given up and killed where it takes too long, and refuses further questions', async () => {
    const peer = fakePeer('return undefined;');
    expect(await failure(peer, 0.2)).toContain('time took more than 0.2 s');
    await expect(peer.ask('hello', {})).rejects.toThrow(/more than 0\.2 s/);
    expect(peer.alive).toBe(false);
  });
});
