// The forms in which software holds an element of BN254's scalar field.

/** The order of the field. */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Byte forms: canonical and Montgomery, big-endian and little-endian. */
export function fieldForms(element: bigint): [string, Buffer][] {
  const canonical = ((element % R) + R) % R;
  const montgomery = (canonical << 256n) % R;
  return [
    ['field BE', bigEndian(canonical)],
    ['field LE', bigEndian(canonical).reverse()],
    ['Montgomery BE', bigEndian(montgomery)],
    ['Montgomery LE', bigEndian(montgomery).reverse()],
    // Small values are mostly zeros, which are shorter without them.
    ['field BE, short', short(bigEndian(canonical))],
  ];
}

/** Decimal forms, and hexadecimal without leading zeros as JavaScript prints it. */
export function decimal(element: bigint): [string, string][] {
  const canonical = ((element % R) + R) % R;
  const montgomery = (canonical << 256n) % R;
  return [
    ['decimal', canonical.toString()],
    ['Montgomery decimal', montgomery.toString()],
    ['short hex', canonical.toString(16)],
    ['Montgomery short hex', montgomery.toString(16)],
  ];
}

function bigEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function short(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return Buffer.from(first < 0 ? [] : bytes.subarray(first));
}
