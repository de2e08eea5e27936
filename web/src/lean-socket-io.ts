// Stands in for parts of Socket.IO's client that this widget never uses (vite.config.ts): transports besides
// websocket, binary data, which no event of ours carries, and a reader of addresses for browsers without one.

import { Emitter } from '@socket.io/component-emitter'
import { WebSocket } from 'engine.io-client'

// engine.io-client

export const transports = {
  get websocket() {
    return WebSocket // engine.io-client asks for this list before it has made the class
  },
}

export function parse(address: string) {
  const { protocol, hostname, port } = new URL(address)
  return { protocol: protocol.slice(0, -1), host: hostname.replace(/^\[|\]$/g, ''), port }
}

function none(): never {
  throw new Error('left out')
}

export { none as Fetch, none as WT, none as XHR }

// engine.io-parser: a packet is a digit and a text

export const protocol = 4

const TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop']

export function encodePacket(
  { type, data = '' }: { type: string; data?: string },
  _: boolean,
  done: (text: string) => void,
): void {
  done(TYPES.indexOf(type) + data)
}

export function decodePacket(text: string) {
  return { type: TYPES[Number(text[0])] ?? 'error', data: text.slice(1) }
}

// socket.io-parser: within that, another digit, where it belongs, and JSON

export enum PacketType {
  CONNECT = 0,
  DISCONNECT = 1,
  EVENT = 2,
  ACK = 3,
  CONNECT_ERROR = 4,
}

interface Packet {
  type: PacketType
  nsp: string
  id?: number | undefined
  data?: unknown
}

export class Encoder {
  encode({ type, nsp, id, data }: Packet): string[] {
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`]
  }
}

export class Decoder extends Emitter<object, object, { decoded(packet: Packet): void }> {
  /** Raises where it isn't a packet; the connection is then begun anew. */
  add(line: string): void {
    const [, type = '', nsp = '/', id, data] = /^([0-4])(?:(\/[^,]*),)?(\d*)(.*)$/s.exec(line) ?? none()
    this.emitReserved('decoded', {
      type: Number(type),
      nsp,
      id: id ? Number(id) : undefined,
      data: data ? JSON.parse(data) : undefined,
    })
  }

  destroy(): void {}
}
