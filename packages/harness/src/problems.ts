import type { z } from 'zod';

/** Several things wrong at once: one line each, or one line and what belongs to it, farther in. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
  readonly problems: readonly string[];

  /** @param subject what was checked, as in `suite quick` */
  constructor(subject: string, problems: readonly string[]) {
    const lines = problems.map((problem) => `\n  ${problem.replaceAll('\n', '\n  ')}`);
    super(`${subject} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:${lines.join('')}`);
    this.problems = problems;
  }
}

/** Each issue of a zod error as `path: message`. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

/** `models[1].budget.image` for ['models', 1, 'budget', 'image']. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || '(whole)';
}

/** `unknown dataset mnits; there are mnist, ring` */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  return `unknown ${kind} ${name}; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ') || 'none'}`;
}
