// Arkworks' own Groth16 in a worker: the example `stock` of glimpse-prover-wasm. In: {id, op, …}; out: {id, ok}.
import load, { Stock } from './stock/stock.js';

const ready = load();
let stock;

const operations = {
  async start({ credential, issuer, holder_secret }) {
    stock = new Stock(credential, issuer, Uint8Array.fromBase64(holder_secret, { alphabet: 'base64url' }));
  },
  async credential() {
    stock.proveCredential();
  },
  async range() {
    stock.proveRange();
  },
};

self.onmessage = async ({ data: { id, op, ...body } }) => {
  await ready;
  try {
    self.postMessage({ id, ok: await operations[op](body) });
  } catch (error) {
    self.postMessage({ id, err: { code: op, message: String(error) } });
  }
};
