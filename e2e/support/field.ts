// The forms in which software holds an element of BN254's scalar field, or of BabyJubJub's.

/** The order of BN254's scalar field. */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** The order of BabyJubJub's prime subgroup. */
export const L = 2736030358979909402780800718157159386076813972158567259200215660948447373041n;

/** Byte forms: canonical and Montgomery, big-endian and little-endian. */
export function fieldForms(element: bigint, order = R): [string, Buffer][] {
  const canonical = ((element % order) + order) % order;
  const montgomery = (canonical << 256n) % order;
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
export function decimal(element: bigint, order = R): [string, string][] {
  const canonical = ((element % order) + order) % order;
  const montgomery = (canonical << 256n) % order;
  return [
    ['decimal', canonical.toString()],
    ['Montgomery decimal', montgomery.toString()],
    ['short hex', canonical.toString(16)],
    ['Montgomery short hex', montgomery.toString(16)],
  ];
}

export function fromBigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(Buffer.from(bytes).reverse());
}

/** An x coordinate of the point on BabyJubJub (168700 x² + y² = 1 + 168696 x² y²) with this y; the other is its negative. */
export function babyJubJubX(y: bigint): bigint {
  const square = (y * y) % R;
  const denominator = (168700n - 168696n * square) % R;
  return squareRoot(((1n - square) * power(denominator, R - 2n)) % R);
}

/** Tonelli and Shanks; R − 1 is 2²⁸ times an odd number, and 5 is no square. */
function squareRoot(value: bigint): bigint {
  const a = ((value % R) + R) % R;
  const odd = (R - 1n) >> 28n;
  let [twos, generator, root, rest] = [28, power(5n, odd), power(a, (odd + 1n) / 2n), power(a, odd)];
  while (rest !== 1n) {
    let order = 0;
    for (let at = rest; at !== 1n; at = (at * at) % R) order += 1;
    if (order >= twos) throw new Error('not a square: this is no point of the curve');
    const step = power(generator, 1n << BigInt(twos - order - 1));
    twos = order;
    generator = (step * step) % R;
    root = (root * step) % R;
    rest = (rest * generator) % R;
  }
  return root;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = ((base % R) + R) % R, left = exponent; left > 0n; left >>= 1n, square = (square * square) % R) {
    if (left & 1n) result = (result * square) % R;
  }
  return result;
}

function bigEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function short(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return Buffer.from(first < 0 ? [] : bytes.subarray(first));
}
