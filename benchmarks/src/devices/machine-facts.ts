import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { delimiter, basename } from 'node:path';
import { promisify } from 'node:util';

/** Where Vulkan's loader looks for drivers, but for those in a home folder. */
const driverFolders = ['/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d'];

/** What of this machine decides which devices load: rows of a name and what was found. */
export async function machineFacts(): Promise<[string, string][]> {
  const facts: [string, string][] = [
    ['Node', `${process.version}, ${platform()} ${arch()}`],
    ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['NVIDIA GPU', await nvidia()],
  ];
  if (platform() === 'linux') {
    facts.push(
      ['/dev/dri', (await namesIn('/dev/dri')).join(', ') || 'none'],
      ['Vulkan loader', await vulkanLoader()],
      ['Vulkan drivers', (await vulkanDrivers()).join(', ') || 'none'],
    );
  }
  return facts;
}

async function nvidia(): Promise<string> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  const said = await outputOf('nvidia-smi', query);
  if (said === undefined) return 'none seen: nvidia-smi is not there or fails';
  return said.trim().split('\n').join('; ') || 'none';
}

async function vulkanLoader(): Promise<string> {
  // A user's PATH may lack /sbin.
  const listed = (await outputOf('ldconfig', ['-p'])) ?? (await outputOf('/sbin/ldconfig', ['-p']));
  if (listed === undefined) return 'unknown: ldconfig does not run';
  return listed.includes('libvulkan.so.1') ? 'libvulkan.so.1' : 'none (libvulkan.so.1)';
}

async function vulkanDrivers(): Promise<string[]> {
  const chosen = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'];
  if (chosen) return chosen.split(delimiter).map((file) => `${basename(file)} (chosen by the environment)`);
  return (await Promise.all(driverFolders.map(namesIn))).flat();
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

/** What a command writes; undefined where it is not there, fails or hangs. */
async function outputOf(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(command, args, { timeout: 10_000 })).stdout;
  } catch {
    return undefined;
  }
}
