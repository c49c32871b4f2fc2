import { PeerProcess } from '../peer-process.ts';

/**
 * A peer that is a Node script: `answer` is the body of a function of the request that returns the answer, undefined for none.
 */
export function fakePeer(answer: string): PeerProcess {
  const script = `
    const answer = (request) => { ${answer} };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const found = answer(JSON.parse(line));
      if (found !== undefined) console.log(typeof found === 'string' ? found : JSON.stringify(found));
    });`;
  return new PeerProcess(process.execPath, ['-e', script]);
}
