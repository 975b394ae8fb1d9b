// The wallet's worker: takes requests from the page, in order, and hands them to an engine.
//
// The engine is a worker of its own, because a proof keeps its thread busy for up to a second, and
// a busy thread hears no "cancel". This one is never busy. To cancel, it ends the engine, which
// stops the work at once and takes every secret in its memory along, and starts another when the
// next request comes. The same mends an engine that has crashed or has run out of memory.
//
// In:  {id, op, …}            op: init, module, stretch, enrol, prepare, present, or cancel with {target: id}
// Out: {id, progress: {done, total, stage}}   {id, ok: …}   {id, err: {code, message}}

const ENGINE = new URL('./engine.js', import.meta.url).href;

/** Requests that wait, first come first served. */
const waiting = [];
/** The request that the engine works on. */
let running = null;
/** Where keys are: kept, because every new engine must be told. */
let settings = null;
let engine = null;

self.onmessage = ({ data: request }) => {
  if (request.op === 'cancel') {
    cancel(request);
  } else {
    waiting.push(request);
    next();
  }
};

function next() {
  if (running || waiting.length === 0) return;
  running = waiting.shift();
  if (running.op === 'init') settings = null;
  engine ??= start();
  engine.postMessage(running);
}

function start() {
  const started = new Worker(trusted(ENGINE), { type: 'module' });
  started.onmessage = ({ data: reply }) => receive(started, reply);
  // A trap in the module, or a script that does not load.
  started.onerror = (event) => {
    event.preventDefault();
    crashed(started);
  };
  started.onmessageerror = () => crashed(started);
  if (settings) started.postMessage({ ...settings, id: null });
  return started;
}

function receive(from, reply) {
  // An engine that was ended may have left a message under way. Null answers our own init.
  if (from !== engine || !running || reply.id !== running.id) return;
  if (reply.progress) {
    self.postMessage(reply);
    return;
  }
  if (running.op === 'init' && 'ok' in reply) settings = running;
  // Linear memory never shrinks: Argon2id's tens of megabytes go when their engine does.
  finish(reply, running.op === 'stretch');
}

function crashed(which) {
  if (which !== engine) return;
  const id = running?.id;
  end();
  if (running) finish(failure(id, 'crashed', 'the prover stopped unexpectedly'), false);
}

function cancel({ id, target }) {
  const place = waiting.findIndex((request) => request.id === target);
  const found = place >= 0 || running?.id === target;
  if (place >= 0) {
    waiting.splice(place, 1);
    self.postMessage(failure(target, 'cancelled', 'cancelled'));
  } else if (found) {
    end();
    finish(failure(target, 'cancelled', 'cancelled'), false);
  }
  self.postMessage({ id, ok: { cancelled: found } });
}

function finish(reply, retire) {
  running = null;
  if (retire) end();
  self.postMessage(reply);
  next();
}

function end() {
  engine?.terminate();
  engine = null;
}

function failure(id, code, message) {
  return { id, err: { code, message } };
}

/** Under Trusted Types a worker starts from a policy's URL only. Ours is named as the wallet's CSP
 * demands, and allows the engine. */
function trusted(url) {
  if (!self.trustedTypes) return url;
  trusted.policy ??= self.trustedTypes.createPolicy('default', {
    createScriptURL: (candidate) => {
      if (candidate !== ENGINE) throw new TypeError('not the engine');
      return candidate;
    },
  });
  return trusted.policy.createScriptURL(url);
}
