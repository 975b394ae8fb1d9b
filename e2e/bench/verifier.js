// The verifier in a worker, as somebody would embed it. In: {id, op, …}; out: {id, ok}.
import load, { JsVerifier, KeyFiles } from './glimpse_verifier.js';

const ready = load();
let verifier;

const operations = {
  async start({ issuers }) {
    const fetched = async (file) => {
      const response = await fetch(`/keys/${file}`);
      if (!response.ok) throw new Error(`/keys/${file}: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    };
    const files = new KeyFiles(await fetched('manifest.json'));
    for (const file of JSON.parse(files.needed())) files.add(file, await fetched(file));
    verifier = new JsVerifier(files, new TextEncoder().encode(issuers));
  },
  async verify({ request, presentation, now }) {
    const outcome = JSON.parse(verifier.verify(request, presentation, now));
    if (!outcome.verified) throw new Error(JSON.stringify(outcome));
  },
  async memory() {
    return (await ready).memory.buffer.byteLength;
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
