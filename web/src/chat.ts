// One open chat: its state, kept over reloads, and its socket.

import { begin, type Conversation, type Event, next } from './conversation'
import { remember, rememberedSession, rememberedUnsent } from './memory'
import { Transport } from './transport'

export class Chat {
  conversation: Conversation = begin(rememberedSession(), rememberedUnsent())
  private readonly transport: Transport

  constructor(private readonly changed: () => void) {
    this.transport = new Transport(
      () => this.conversation,
      (event) => this.happened(event),
    )
  }

  say(text: string, option?: string): void {
    const words = text.trim()
    if (!words) return
    this.happened({ type: 'wrote', unsent: { clientId: newId(), text: words, ...(option && { option }) } })
    this.transport.send()
  }

  retry(clientId: string): void {
    this.happened({ type: 'retried', clientId })
    this.transport.send()
  }

  discard(clientId: string): void {
    this.happened({ type: 'discarded', clientId })
  }

  read(seq: number): void {
    this.transport.read(seq)
  }

  restart(): void {
    this.happened({ type: 'restarted' })
    this.transport.restart()
  }

  close(): void {
    this.transport.close()
  }

  private happened(event: Event): void {
    this.conversation = next(this.conversation, event)
    remember(this.conversation.session, this.conversation.unsent)
    this.changed()
  }
}

function newId(): string {
  // randomUUID would need https, which a shop's test page may not have
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
