// Records everything that a browser context sends. Three witnesses: a proxy that all HTTP and WebSocket bytes pass,
// whichever page, frame, worker or service worker sent them; the browser's own account of its requests, which also
// knows fragments and requests that never reached the wire; and a UDP port for WebRTC, which passes by the proxy.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';

/** Something sent, as bytes to be searched. */
export interface Sent {
  /** `proxy` and `udp` for bytes on the wire, `browser` for what the browser said it asks for. */
  witness: 'proxy' | 'browser' | 'udp';
  method: string;
  url: string;
  /** Request line, headers and body as they were sent. */
  bytes: Buffer;
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/**
 * Chromium itself asks here what the fields of a form are for, whichever page it is on. Refused like every other host,
 * and not held against the page: what a page asks for here, the browser's account still shows.
 */
const CHROMIUMS_OWN = new Set(['content-autofill.googleapis.com']);

/** A recording proxy, to be the `proxy` of a browser context. */
export class Traffic {
  readonly sent: Sent[] = [];
  /** Hosts outside this machine that something asked for; they were refused. */
  readonly refused: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly udp: UdpSocket,
  ) {}

  static async start(): Promise<Traffic> {
    const [server, udp] = [createServer(), createSocket('udp4')];
    const traffic = new Traffic(server, udp);
    udp.on('message', (bytes) => traffic.sent.push({ witness: 'udp', method: 'DATAGRAM', url: '', bytes }));
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    server.on('request', (request, response) => void traffic.forward(request, response));
    server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => traffic.tunnel(request, socket, head));
    server.on('connection', (socket) => {
      traffic.sockets.add(socket);
      socket.on('close', () => traffic.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return traffic;
  }

  /** The address for Playwright's `proxy.server`. */
  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The port on 127.0.0.1 where a leak by WebRTC would be received. */
  get udpPort(): number {
    return this.udp.address().port;
  }

  /** Adds the browser's own account of its requests, and of where its frames went, fragments included. */
  watch(context: BrowserContext): void {
    const arrivals = (page: Page) =>
      page.on('framenavigated', (frame) => {
        const url = frame.url();
        this.sent.push({ witness: 'browser', method: 'NAVIGATE', url, bytes: Buffer.from(`NAVIGATE ${url}`) });
      });
    context.pages().forEach(arrivals);
    context.on('page', arrivals);
    context.on('request', (request) => {
      const body = request.postDataBuffer() ?? Buffer.alloc(0);
      this.sent.push({
        witness: 'browser',
        method: request.method(),
        url: request.url(),
        bytes: Buffer.concat([Buffer.from(`${request.method()} ${request.url()}\n`), body]),
      });
    });
  }

  /** A position, to look only at what was sent after it. */
  mark(): number {
    return this.sent.length;
  }

  /** What was sent after a mark, to origins for which `to` holds (all, without it). */
  since(mark: number, to: (origin: string) => boolean = () => true): Sent[] {
    return this.sent.slice(mark).filter(({ url }) => to(originOf(url)));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.udp.close();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const head = Buffer.from(`${request.method} ${url}\n${rawHeaders(request)}\n`);
    const body: Buffer[] = [];
    const entry: Sent = { witness: 'proxy', method: request.method ?? '', url, bytes: head };
    // Recorded at once, and again with each piece: a request that is cut off has left all the same.
    this.sent.push(entry);
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      response.writeHead(400).end();
      return;
    }
    if (!LOCAL.has(target.hostname)) {
      this.refused.push(target.host);
      request.on('data', (piece: Buffer) => body.push(piece));
      request.on('end', () => (entry.bytes = Buffer.concat([head, ...body])));
      response.writeHead(403).end();
      return;
    }
    const onward = send(
      {
        host: '127.0.0.1',
        port: target.port || 80,
        method: request.method,
        path: target.pathname + target.search,
        headers: request.headers,
        setHost: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    onward.on('error', () => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    });
    response.on('close', () => onward.destroy());
    request.on('data', (piece: Buffer) => {
      body.push(piece);
      entry.bytes = Buffer.concat([head, ...body]);
      onward.write(piece);
    });
    request.on('end', () => onward.end());
  }

  /** HTTPS and WebSockets: local ones pass and are recorded as bytes, others are refused. */
  private tunnel(request: IncomingMessage, socket: Socket, first: Buffer): void {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    const pieces: Buffer[] = [Buffer.from(`CONNECT ${request.url}\n`), first];
    const entry: Sent = { witness: 'proxy', method: 'CONNECT', url: `http://${request.url}/`, bytes: Buffer.concat(pieces) };
    if (!CHROMIUMS_OWN.has(host)) this.sent.push(entry);
    socket.on('error', () => socket.destroy());
    if (!LOCAL.has(host)) {
      this.refused.push(`${host}:${port}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(first);
      onward.pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      entry.bytes = Buffer.concat(pieces);
      onward.write(piece);
    });
    socket.on('close', () => onward.destroy());
  }
}

function rawHeaders(request: IncomingMessage): string {
  const lines: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
  }
  return lines.join('\n');
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}
