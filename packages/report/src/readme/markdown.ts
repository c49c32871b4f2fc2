import { xml } from '../xml.ts';

/** Text that came from elsewhere (names, messages) as plain Markdown: nothing in it formats, opens a list, or ends a cell. */
export function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]|~#$]/g, '\\$&')
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])(?= |$)/, '$1\\$2')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** Text as code, fit for a table cell as well: the fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line.replaceAll('|', '\\|')}${padding}${fence}`;
}

/** Lines of text as a block of code, in a fence that is longer than any run of backticks inside. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, text, fence].join('\n');
}

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right' | 'center';
}

/** A GitHub table; cells are Markdown already. '' without rows. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const rules = columns.map(({ align }) => ({ left: '---', right: '---:', center: ':---:' })[align ?? 'left']);
  return [line(columns.map(({ title }) => title)), line(rules), ...rows.map((cells) => line(cells))].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A bullet list; '' without items. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** Blocks with one empty line between them; empty blocks are left out. */
export function blocks(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('\n\n');
}

/** A heading with its text, or nothing where there is no text. */
export function section(level: number, title: string, body: string): string {
  return body === '' ? '' : `${'#'.repeat(level)} ${title}\n\n${body}`;
}

/** An image of the report's own folder; `width` in CSS pixels keeps sheets crisp on dense screens. */
export function image(path: string, alternative: string, width?: number): string {
  const size = width === undefined ? '' : ` width="${width}"`;
  return `<img src="${attribute(path)}" alt="${attribute(alternative)}"${size}>`;
}

/** A bar would end a table cell even inside a tag. */
function attribute(text: string): string {
  return xml(text.replace(/\s+/g, ' ')).replaceAll('|', '&#124;');
}

/** Absolute paths cut to their last part: where a machine keeps its files is nobody's business in a report. */
export function withoutFolders(text: string): string {
  return text.replace(/(?<![\w.\\/])(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+)+[\\/](?=[\w.@+-])/g, '…/');
}

/** Words in a row: 'a', 'a and b', 'a, b and c'. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
