// Starts the wallet. Trusted Types: scripts may only come from the two files named here, and markup
// (Leptos clones its static parts from templates) may never carry anything active.
const scripts = new Set(['/prover/worker.js', '/sw.js']);
const active = /<\s*(script|iframe|object|embed|base|meta|link|style)|\son\w+\s*=|javascript:|srcdoc/i;

if (window.trustedTypes) {
  window.trustedTypes.createPolicy('default', {
    createScriptURL(input) {
      const url = new URL(input, location.origin);
      if (url.origin === location.origin && scripts.has(url.pathname)) return url.href;
      throw new TypeError(`This page does not load scripts from ${url.pathname}`);
    },
    createHTML(input) {
      if (!active.test(input)) return input;
      throw new TypeError('This page does not accept active markup');
    },
  });
}

// No content policy governs WebRTC, and the wallet uses none: code that finds no constructor sends nothing by it.
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel']) delete window[name];

const say = (text) => {
  const line = document.getElementById('boot-message');
  if (line) line.textContent = text;
};

try {
  const { default: init, start } = await import('/glimpse_wallet_ui.js');
  const { memory } = await init({ module_or_path: '/glimpse_wallet_ui_bg.wasm' });
  document.getElementById('boot')?.remove();
  start();
  // Locking reloads the page; leaving and closing come by here too. After the module's own listener has
  // ended the worker, everything that the screens had shown is overwritten. A page that the browser
  // kept for its "back" button is empty then, and starts over.
  addEventListener('pagehide', () => new Uint8Array(memory.buffer).fill(0));
  addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload(); });
} catch (error) {
  console.error(error);
  say('Glimpse could not start. It needs a current browser with WebAssembly; reload the page to try again.');
}

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/sw.js').catch(() => { /* Without it the wallet works, only not offline. */ });
}
