// Runs in a page beside snarkjs (a global of its own script): all contenders on one thread of one page, in turn.
import loadPortable, { Key as Portable } from './portable/snarkjs.js';
import loadRelaxed, { Key as Relaxed } from './relaxed/snarkjs_relaxed_simd.js';

const fetched = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

async function time(work) {
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

let zkey;
let wtns;
let keys;
let proofs;
let curves;
/** What `check` verifies. */
let taken;

/** snarkjs takes the curve that it finds here, so neither contender pays for compiling its engine. */
const snarkjsOn = (curve) => async () => {
  globalThis.curve_bn128 = curve;
  return (await snarkjs.groth16.prove(zkey, wtns)).proof;
};

const contenders = {
  'snarkjs, one thread': () => snarkjsOn(curves.single)(),
  'snarkjs, workers': () => snarkjsOn(curves.workers)(),
  'Glimpse, portable': async () => JSON.parse(keys.portable.prove(wtns)),
  'Glimpse, relaxed SIMD': async () => JSON.parse(keys.relaxed.prove(wtns)),
};

const snarkjsVerifies = (curve) => {
  globalThis.curve_bn128 = curve;
  return snarkjs.groth16.verify(taken.key, taken.signals, taken.proof);
};
const weVerify = (key) => key.verify(JSON.stringify(taken.proof), JSON.stringify(taken.signals));

const verifiers = {
  'snarkjs, one thread': () => snarkjsVerifies(curves.single),
  'snarkjs, workers': () => snarkjsVerifies(curves.workers),
  'Glimpse, portable': async () => weVerify(keys.portable),
  'Glimpse, relaxed SIMD': async () => weVerify(keys.relaxed),
};

globalThis.bench = {
  async start() {
    const workers = await snarkjs.curves.getCurveFromName('bn128');
    globalThis.curve_bn128 = null;
    curves = { workers, single: await snarkjs.curves.getCurveFromName('bn128', { singleThread: true }) };
    await loadPortable();
    await loadRelaxed();
    return { contenders: Object.keys(contenders), cores: navigator.hardwareConcurrency };
  },

  /** Takes up a circuit; milliseconds that reading and checking its key takes us. */
  async load() {
    keys?.portable.free();
    keys?.relaxed.free();
    zkey = await fetched('key.zkey');
    wtns = await fetched('witness.wtns');
    proofs = {};
    const [portable, first] = await time(() => new Portable(zkey));
    const [relaxed, second] = await time(() => new Relaxed(zkey));
    keys = { portable: first, relaxed: second };
    return { constraints: first.constraints(), load: { portable, relaxed } };
  },

  /** Milliseconds of one proof. */
  async prove(contender) {
    const [milliseconds, proof] = await time(contenders[contender]);
    proofs[contender] = proof;
    return milliseconds;
  },

  /** Makes a proof for `check`; all contenders must refuse it for other inputs. */
  async take(key, signals) {
    const proof = await contenders['snarkjs, one thread']();
    taken = { key, signals: signals.with(0, String((BigInt(signals[0]) + 1n) % 65537n)), proof };
    for (const [contender, verify] of Object.entries(verifiers)) {
      if (await verify()) throw new Error(`accepted for other inputs: ${contender}`);
    }
    taken.signals = signals;
  },

  /** Milliseconds of one verification. */
  async check(contender) {
    const [milliseconds, valid] = await time(verifiers[contender]);
    if (!valid) throw new Error(`valid proof refused: ${contender}`);
    return milliseconds;
  },

  /** Whether snarkjs accepts the newest proof of every contender. */
  async verify(key, signals) {
    globalThis.curve_bn128 = curves.single;
    for (const [contender, proof] of Object.entries(proofs)) {
      if (!(await snarkjs.groth16.verify(key, signals, proof))) throw new Error(`invalid proof: ${contender}`);
    }
  },
};
