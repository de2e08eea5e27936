// The socket: keeps the session alive, sends what is unsent one at a time, and passes on what comes.

import { io, type Socket } from 'socket.io-client'
import { type Conversation, type Event, lastSeq, nextToSend } from './conversation'
import type { Acknowledgement, Handover, Message, SessionConfirm, Author } from './messages'

const PATIENCE = 8000 // until an acknowledgement counts as lost
const PAUSE = 2000 // before a refused message is sent again

export class Transport {
  private readonly socket: Socket
  private isSending = false

  constructor(
    private readonly conversation: () => Conversation,
    private readonly happened: (event: Event) => void,
  ) {
    this.socket = io({ transports: ['websocket'], reconnectionDelay: 500, reconnectionDelayMax: 5000 })
    this.socket.on('connect', () => this.requestSession())
    this.socket.on('connect_error', () => happened({ type: 'disconnected' }))
    this.socket.on('disconnect', (reason) => {
      happened({ type: 'disconnected' })
      // The server ended it on purpose, so socket.io doesn't come back by itself.
      if (reason === 'io server disconnect') setTimeout(() => this.socket.connect(), PAUSE)
    })
    this.socket.on('session_confirm', (confirm: SessionConfirm) => {
      happened({ type: 'confirmed', confirm })
      this.send()
    })
    this.socket.on('message', (message: Message) => happened({ type: 'received', message }))
    this.socket.on('typing', ({ on, author }: { on: boolean; author: Author }) =>
      happened({ type: 'typing', on, author }),
    )
    this.socket.on('state', (handover: Handover) => happened({ type: 'handed over', handover }))
  }

  /** Send what is to be sent next, unless that is under way. */
  send(): void {
    const unsent = nextToSend(this.conversation())
    if (!unsent || this.isSending) return
    this.isSending = true
    const { clientId, text, option } = unsent
    const data = { client_id: clientId, message: text, ...(option && { option }) }
    this.socket
      .timeout(PATIENCE)
      .emit('user_uttered', data, (lost: Error | null, acknowledgement: Acknowledgement) => {
        this.isSending = false
        if (lost) {
          // Not knowing whether it arrived, connect anew and send it again: the server knows it by its number.
          if (this.socket.connected) this.socket.disconnect().connect()
          return
        }
        this.happened({ type: 'acknowledged', clientId, acknowledgement, at: new Date().toISOString() })
        const isStillFirst = nextToSend(this.conversation())?.clientId === clientId
        if (isStillFirst) setTimeout(() => this.send(), PAUSE)
        else this.send()
      })
  }

  read(seq: number): void {
    if (this.socket.connected) this.socket.emit('read', { seq })
  }

  /** A connection belongs to one session; another session needs another connection. */
  restart(): void {
    this.socket.disconnect().connect()
  }

  close(): void {
    this.socket.disconnect()
  }

  private requestSession(): void {
    const conversation = this.conversation()
    const { session } = conversation
    this.socket.emit('session_request', {
      locale: navigator.language,
      ...(session && { session_id: session.id, secret: session.secret, last_seq: lastSeq(conversation) }),
    })
  }
}
