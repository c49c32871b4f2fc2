import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type sharp from 'sharp';
import { xml } from '../xml.ts';

/** The font that all labels are drawn with; it comes with the project. */
export const labelFont = 'DejaVu Sans';

let opened: Promise<typeof sharp> | undefined;

/**
 * Loads sharp with a font of its own, so that labels look the same on a machine without any. Fontconfig reads its settings
 * once, when sharp first draws text: they must be in the environment before, which is why sharp is imported here only.
 * A first letter is drawn at once, after which neither the settings nor the variable is needed any more.
 */
export function openSharp(): Promise<typeof sharp> {
  opened ??= loadSharp();
  return opened;
}

async function loadSharp(): Promise<typeof sharp> {
  const folder = mkdtempSync(join(tmpdir(), 'kindred-fonts-'));
  const before = process.env['FONTCONFIG_FILE'];
  try {
    const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
    const file = join(folder, 'fonts.conf');
    writeFileSync(file, fontSettings(fonts, join(folder, 'cache')));
    process.env['FONTCONFIG_FILE'] = file;
    const { default: sharp } = await import('sharp');
    await sharp(Buffer.from(firstLetter)).raw().toBuffer();
    return sharp;
  } finally {
    if (before === undefined) delete process.env['FONTCONFIG_FILE'];
    else process.env['FONTCONFIG_FILE'] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

const firstLetter = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="15" font-family="${labelFont}">a</text></svg>`;

/** Without rescans: Fontconfig must not miss a file that was there when it started. */
function fontSettings(fonts: string, cache: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    `<fontconfig><dir>${xml(fonts)}</dir><cachedir>${xml(cache)}</cachedir>`,
    '<config><rescan><int>0</int></rescan></config></fontconfig>',
    '',
  ].join('\n');
}
