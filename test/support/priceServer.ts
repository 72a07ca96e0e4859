/** A server of price lists on loopback, under the test's control; counts who asks, and what they say of themselves. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export class PriceServer {
  readonly asked: { url: string; method: string; headers: IncomingHttpHeaders }[] = [];
  private answering: Answer = (_, response) => void response.writeHead(404).end();

  private constructor(private readonly server: ReturnType<typeof createServer>) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers });
      this.answering(request, response);
    });
  }

  static async start(): Promise<PriceServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PriceServer(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/data.json`;
  }

  answer(answer: Answer): void {
    this.answering = answer;
  }

  /** As a server of files does: with an ETag, and 304 for whoever has it. */
  serve(body: string, etag = '"one"'): void {
    this.answer((request, response) => {
      if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
      else response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
