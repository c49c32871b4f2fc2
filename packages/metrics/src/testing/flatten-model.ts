/** Length of an axis: a number, or a name where it is open. */
type Length = number | string;

/**
 * Bytes of an ONNX model with the one node Flatten, [N, ...] to [N, product of the rest]: its output shows what went in. Written
 * by hand, for the engine's own models have no open lengths.
 */
export function flattenModel(input: readonly Length[], output: readonly Length[]): Uint8Array {
  const node = [text(1, 'pixels'), text(2, 'values'), text(4, 'Flatten')];
  const graph = [
    message(1, node),
    text(2, 'graph'),
    message(11, port('pixels', input)),
    message(12, port('values', output)),
  ];
  return bytes([integer(1, 8), message(7, graph), message(8, [integer(2, 17)])]); // IR version 8, operator set 17
}

/** ValueInfoProto: a float32 tensor. */
function port(name: string, shape: readonly Length[]): number[][] {
  const lengths = shape.map((length) =>
    message(1, [typeof length === 'number' ? integer(1, length) : text(2, length)]),
  );
  const tensor = [integer(1, 1), message(2, lengths)];
  return [text(1, name), message(2, [message(1, tensor)])];
}

const bytes = (fields: readonly number[][]): Uint8Array => Uint8Array.from(fields.flat());
const integer = (field: number, value: number): number[] => [field * 8, ...varint(value)];
const message = (field: number, fields: readonly number[][]): number[] => delimited(field, fields.flat());
const text = (field: number, value: string): number[] => delimited(field, [...Buffer.from(value)]);
const delimited = (field: number, content: readonly number[]): number[] => [
  field * 8 + 2,
  ...varint(content.length),
  ...content,
];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
