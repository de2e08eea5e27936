// One open chat: its state, kept over reloads, its socket, and what the customer can do.

import { begin, type Conversation, type Event, next, type Session } from './conversation'
import { rememberedSession, rememberedUnsent, rememberSession, rememberUnsent, watchSession } from './memory'
import type { Message, State } from './messages'
import { photoOf, shrunk, TYPES } from './photos'
import { Transport } from './transport'

/** What the page around may want to know of. */
export interface News {
  message(message: Message): void
  state(state: State): void
}

const STOPS_TYPING = 4000

export class Chat {
  conversation: Conversation = begin(rememberedSession(), rememberedUnsent())
  private readonly transport: Transport
  private readonly stopWatching: () => void
  private isTyping = false
  private stillness: ReturnType<typeof setTimeout> | undefined
  private drawing: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly server: URL,
    locale: string,
    private readonly changed: () => void,
    private readonly news: News,
  ) {
    this.transport = new Transport(
      server,
      locale,
      () => this.conversation,
      (event) => this.happened(event),
    )
    this.stopWatching = watchSession((session) => {
      if (session.id !== this.conversation.session?.id) this.goTo(session)
    })
  }

  say(text: string, option?: string): void {
    const words = text.trim()
    if (!words) return
    this.happened({ type: 'wrote', unsent: { clientId: newId(), text: words, ...(option && { option }) } })
    this.transport.send()
  }

  /** False if it isn't a photo that this browser can read. */
  async attach(file: Blob): Promise<boolean> {
    if (!TYPES.includes(file.type)) return false
    try {
      const photo = await shrunk(file)
      this.happened({ type: 'wrote', unsent: { clientId: newId(), text: '', photo } })
      this.transport.send()
      return true
    } catch {
      return false
    }
  }

  readonly photo = async (id: string): Promise<Blob> => {
    const { session } = this.conversation
    if (!session) throw new Error('no session')
    return photoOf(this.server, session, id)
  }

  retry(clientId: string): void {
    this.happened({ type: 'retried', clientId })
    this.transport.send()
  }

  discard(clientId: string): void {
    this.happened({ type: 'discarded', clientId })
  }

  /** The customer has seen everything that is there. */
  read(): void {
    const seq = this.conversation.messages.at(-1)?.seq ?? 0
    if (seq <= this.conversation.read) return
    this.happened({ type: 'read', seq })
    this.transport.tell('read', { seq })
  }

  /** The customer is writing; without another call that ends after a moment. */
  writes(on: boolean): void {
    clearTimeout(this.stillness)
    if (on) this.stillness = setTimeout(() => this.writes(false), STOPS_TYPING)
    if (on === this.isTyping) return
    this.isTyping = on
    this.transport.tell('typing', { on })
  }

  restart(): void {
    this.goTo(null)
  }

  end(): Promise<boolean> {
    return this.transport.request('end_session')
  }

  backToAssistant(): Promise<boolean> {
    return this.transport.request('resume_assistant')
  }

  async rate(helped: boolean): Promise<boolean> {
    const done = await this.transport.request('rate', { helped })
    if (done) this.happened({ type: 'rated', helped })
    return done
  }

  leaveEmail(email: string): Promise<boolean> {
    return this.transport.request('leave_email', { email })
  }

  mailTranscript(): Promise<boolean> {
    return this.transport.request('mail_transcript')
  }

  close(): void {
    clearTimeout(this.stillness)
    clearTimeout(this.drawing)
    this.stopWatching()
    this.transport.close()
  }

  private goTo(session: Session | null): void {
    this.happened({ type: 'restarted', session })
    this.transport.restart()
  }

  private happened(event: Event): void {
    const before = this.conversation
    this.conversation = next(before, event)
    if (this.conversation.session !== before.session) rememberSession(this.conversation.session)
    if (this.conversation.unsent !== before.unsent) rememberUnsent(this.conversation.unsent)
    // A long transcript comes message by message; it is drawn once.
    clearTimeout(this.drawing)
    if (event.type === 'received') this.drawing = setTimeout(this.changed)
    else this.changed()
    this.tellNews(before)
  }

  private tellNews(before: Conversation): void {
    const { messages, state, announceAfter, session } = this.conversation
    if (announceAfter < 0 || session?.id !== before.session?.id) return
    for (const message of messages.filter(({ seq }) => seq > announceAfter)) {
      if (!before.messages.includes(message)) this.news.message(message)
    }
    if (state !== before.state && before.connection === 'online') this.news.state(state)
  }
}

function newId(): string {
  // randomUUID would need https, which a shop's test page may not have
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
