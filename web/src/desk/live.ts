// The desk's socket: what happens in the conversations, as it happens.

import { Manager, type Socket } from 'socket.io-client'
import type { Author, Message } from '../messages'
import type { Summary } from './api'

const PAUSE = 2000 // before connecting again where the server has ended it

export interface Listener {
  connected(): void
  disconnected(): void
  /** The sign-in has ended. */
  refused(): void
  told(summary: Summary): void
  received(id: string, message: Message): void
  typing(id: string, on: boolean, author: Author): void
  read(id: string, seq: number): void
}

interface Of {
  conversation_id: string
}

export class Live {
  private readonly socket: Socket
  private pause: ReturnType<typeof setTimeout> | undefined

  constructor(listener: Listener) {
    const manager = new Manager(location.origin, {
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    })
    this.socket = manager.socket('/desk')
    this.socket.on('connect', () => listener.connected())
    this.socket.on('connect_error', (error: Error) => {
      if (error.message === 'not_signed_in') return listener.refused()
      listener.disconnected()
      if (!this.socket.active) this.later()
    })
    this.socket.on('disconnect', (reason: string) => {
      listener.disconnected()
      // The server ended it on purpose, so socket.io doesn't come back by itself.
      if (reason === 'io server disconnect') this.later()
    })
    this.socket.on('conversation', (summary: Summary) => listener.told(summary))
    this.socket.on('message', ({ conversation_id, ...message }: Message & Of) => listener.received(conversation_id, message))
    this.socket.on('typing', ({ conversation_id, on, author }: { on: boolean; author: Author } & Of) =>
      listener.typing(conversation_id, on, author),
    )
    this.socket.on('read', ({ conversation_id, seq }: { seq: number } & Of) => listener.read(conversation_id, seq))
    addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
  }

  /** From now on the messages of this conversation come, those after `lastSeq` first. */
  watch(id: string, lastSeq: number): void {
    this.tell('watch', { conversation_id: id, last_seq: lastSeq })
  }

  unwatch(id: string): void {
    this.tell('unwatch', { conversation_id: id })
  }

  typing(id: string, on: boolean): void {
    this.tell('typing', { conversation_id: id, on })
  }

  close(): void {
    clearTimeout(this.pause)
    removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.hurry)
    this.socket.off().disconnect()
  }

  /** While it isn't connected there is nothing to tell: after connecting, everything is asked for anew. */
  private tell(event: string, data: object): void {
    if (this.socket.connected) this.socket.emit(event, data)
  }

  private later(): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(() => this.socket.connect(), PAUSE)
  }

  /** The network is there again, or somebody looks: don't wait for the next try's turn. */
  private readonly hurry = (): void => {
    if (!document.hidden && !this.socket.connected) this.socket.disconnect().connect()
  }
}
