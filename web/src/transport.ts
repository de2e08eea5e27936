// The socket: keeps the session alive, sends what is unsent one at a time, and passes on what comes.

import { Manager, type Socket } from 'socket.io-client'
import { type Conversation, type Event, lastSeq, nextToSend, type Unsent } from './conversation'
import type { Acknowledgement, Author, Message, SessionConfirm, StateEvent } from './messages'
import { attach } from './photos'

const PATIENCE = 8000 // until an acknowledgement counts as lost
const PAUSE = 2000 // before a refused message is sent again

export class Transport {
  private readonly socket: Socket
  private isSending = false
  private pause: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly server: URL,
    private readonly locale: string,
    private readonly conversation: () => Conversation,
    private readonly happened: (event: Event) => void,
  ) {
    const manager = new Manager(server.origin, {
      path: new URL('socket.io', server).pathname,
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
    })
    this.socket = manager.socket('/')
    this.socket.on('connect', () => this.requestSession())
    this.socket.on('connect_error', () => happened({ type: 'disconnected' }))
    this.socket.on('disconnect', (reason) => {
      happened({ type: 'disconnected' })
      // The server ended it on purpose, so socket.io doesn't come back by itself.
      if (reason === 'io server disconnect') this.later(() => this.socket.connect())
    })
    this.socket.on('session_confirm', (confirm: SessionConfirm) => {
      happened({ type: 'confirmed', confirm })
      if (confirm.has_earlier) void this.recall()
      this.send()
    })
    this.socket.on('message', (message: Message) => {
      happened({ type: 'received', message })
      this.send() // a photo counts as sent when it comes back
    })
    this.socket.on('typing', ({ on, author }: { on: boolean; author: Author }) => happened({ type: 'typing', on, author }))
    this.socket.on('read', ({ seq }: { seq: number }) => happened({ type: 'read', seq }))
    this.socket.on('state', (standing: StateEvent) => happened({ type: 'handed over', standing }))
    addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
  }

  /** Send what is to be sent next, unless that is under way. */
  send(): void {
    const unsent = nextToSend(this.conversation())
    if (!unsent || this.isSending) return
    this.isSending = true
    void this.deliver(unsent).then((acknowledgement) => {
      this.isSending = false
      const { clientId } = unsent
      if (acknowledgement) this.happened({ type: 'acknowledged', clientId, acknowledgement, at: new Date().toISOString() })
      else if (!unsent.photo && this.socket.connected) this.socket.disconnect().connect() // it knows the number again
      const isStillFirst = nextToSend(this.conversation())?.clientId === clientId
      if (isStillFirst) this.later(() => this.send())
      else this.send()
    })
  }

  /** Ask the server for something that it acknowledges; false if it can't or doesn't. */
  async request(event: string, data: object = {}): Promise<boolean> {
    if (!this.socket.connected) return false
    const acknowledgement = await this.emit(event, data)
    return acknowledgement?.ok ?? false
  }

  /** Tell the server something that doesn't matter if it is lost. */
  tell(event: string, data: object): void {
    if (this.socket.connected) this.socket.emit(event, data)
  }

  /** A connection belongs to one session; another session needs another connection. */
  restart(): void {
    this.socket.disconnect().connect()
  }

  close(): void {
    clearTimeout(this.pause)
    removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.hurry)
    this.socket.off().disconnect()
  }

  private async recall(): Promise<void> {
    const acknowledgement = await this.emit('earlier', {})
    if (acknowledgement?.ok && acknowledgement.messages) {
      this.happened({ type: 'recalled', earlier: acknowledgement.messages })
    }
  }

  /** `undefined`: nobody knows whether it arrived. */
  private deliver({ clientId, text, option, photo }: Unsent): Promise<Acknowledgement | undefined> {
    const { session } = this.conversation()
    if (photo && session) return attach(this.server, session, clientId, photo, this.locale)
    return this.emit('user_uttered', { client_id: clientId, message: text, ...(option && { option }) })
  }

  private emit(event: string, data: object): Promise<Acknowledgement | undefined> {
    return this.socket
      .timeout(PATIENCE)
      .emitWithAck(event, data)
      .catch(() => undefined)
  }

  /** The network is there again, or somebody looks: don't wait for the next try's turn. */
  private readonly hurry = (): void => {
    if (!document.hidden && !this.socket.connected) this.socket.disconnect().connect()
  }

  private later(action: () => void): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(action, PAUSE)
  }

  private requestSession(): void {
    const conversation = this.conversation()
    const { session } = conversation
    this.socket.emit('session_request', {
      locale: this.locale,
      ...(session && { session_id: session.id, secret: session.secret, last_seq: lastSeq(conversation) }),
    })
  }
}
