/**
 * JSON-RPC over a message port: each message is one structured-cloned object, without framing. Serves the worker's port
 * on both sides.
 */
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';

/** What a `Worker`, a `MessagePort` and `parentPort` have in common. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

export interface PortTransport {
  reader: MessageReader;
  writer: MessageWriter;
  /** To be called when the port's other side has gone: a port does not say so in one way everywhere. */
  close(): void;
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value;
}

class PortReader extends AbstractMessageReader {
  readonly #port: Port;

  constructor(port: Port) {
    super();
    this.#port = port;
  }

  /** Anything that is no JSON-RPC message is not for us: a port may carry other traffic too. */
  listen(callback: DataCallback): Disposable {
    const listener = (message: unknown): void => {
      if (isMessage(message)) callback(message);
    };
    this.#port.on('message', listener);
    return { dispose: () => void this.#port.off('message', listener) };
  }

  close(): void {
    this.fireClose();
  }
}

class PortWriter extends AbstractMessageWriter {
  readonly #port: Port;

  constructor(port: Port) {
    super();
    this.#port = port;
  }

  write(message: Message): Promise<void> {
    try {
      this.#port.postMessage(message);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  end(): void {
    // A port has no end of stream.
  }
}

export function portTransport(port: Port): PortTransport {
  const reader = new PortReader(port);
  return { reader, writer: new PortWriter(port), close: () => reader.close() };
}
