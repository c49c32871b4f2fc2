import { toJSONSchema, type ZodType } from 'zod';

/** An override that a family must refuse, and the path that the error must name. */
export interface Refusal {
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly path: string;
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/**
 * What a family's schema must refuse, read off the schema itself: an option that does not exist, each option with a value of
 * the wrong type, and each number just outside its range. A number without a range is an error: a search could not vary it.
 */
export function refusalsOf(options: ZodType): Refusal[] {
  const schema = toJSONSchema(options, { io: 'input' }) as Schema;
  if (schema.type !== 'object' || !schema.properties) {
    throw new Error(
      'the options of a family must be one z.strictObject, so that variants can be merged over its defaults.',
    );
  }
  const refusals: Refusal[] = [{ overrides: { 'no-such-option': 1 }, path: '(options)' }];
  for (const [name, property] of Object.entries(schema.properties)) {
    for (const value of wrongValues(name, property)) refusals.push({ overrides: { [name]: value }, path: name });
  }
  return refusals;
}

function wrongValues(name: string, schema: Schema): unknown[] {
  if (schema.type !== 'number' && schema.type !== 'integer') return [{ wrong: 'type' }];
  const low = schema.exclusiveMinimum ?? belowOf(schema.minimum);
  const high = schema.exclusiveMaximum ?? aboveOf(schema.maximum);
  // zod states the safe integers as the range of an integer that has none.
  if (low === undefined || high === undefined || low <= Number.MIN_SAFE_INTEGER || high >= Number.MAX_SAFE_INTEGER) {
    throw new Error(`the option ${name} needs a range: give it a minimum and a maximum.`);
  }
  return ['1', low, high];
}

const belowOf = (minimum?: number): number | undefined => (minimum === undefined ? undefined : minimum - 1);
const aboveOf = (maximum?: number): number | undefined => (maximum === undefined ? undefined : maximum + 1);
