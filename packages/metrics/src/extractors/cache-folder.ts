import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where trained classifiers and features of real data are kept unless a folder is named: `kindred/extractors` in XDG_CACHE_HOME or in
 * ~/.cache. A relative XDG_CACHE_HOME is to be ignored, says the XDG base directory specification.
 */
export function defaultCacheFolder(): string {
  const named = process.env['XDG_CACHE_HOME'];
  const base = named && isAbsolute(named) ? named : join(homedir(), '.cache');
  return join(base, 'kindred', 'extractors');
}
