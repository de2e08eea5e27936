// The conversation as this page knows it: a state, and what each event makes of it. No DOM, no socket, no clock.

import type { Acknowledgement, Ask, Author, Message, SessionConfirm, Standing, StateEvent } from './messages'

export interface Session {
  id: string
  secret: string
}

/**
 * What the customer wrote and the server hasn't confirmed yet. `problem` says why it won't be sent by itself, `delay` why
 * it wasn't taken just now, though it is sent again.
 */
export interface Unsent {
  clientId: string
  text: string
  option?: string
  /** Instead of a text. It doesn't outlive a reload. */
  photo?: Blob
  problem?: string
  delay?: string
}

export interface Conversation extends Standing {
  session: Session | null
  connection: 'connecting' | 'online' | 'reconnecting'
  /** What was said in the ended conversations that this one goes on from. */
  earlier: Message[]
  /** Stored messages by number, in order. */
  messages: Message[]
  /** Not confirmed yet, in the order of writing. */
  unsent: Unsent[]
  typing: Author | null
  /** The customer's rating. */
  helped: boolean | null
  /** The number up to which the customer has seen everything. */
  read: number
  /** What was there when the page opened is not announced to a screen reader; later messages are. */
  announceAfter: number
}

export type Event =
  | { type: 'confirmed'; confirm: SessionConfirm }
  | { type: 'disconnected' }
  | { type: 'wrote'; unsent: Unsent }
  | { type: 'acknowledged'; clientId: string; acknowledgement: Acknowledgement; at: string }
  | { type: 'retried'; clientId: string }
  | { type: 'discarded'; clientId: string }
  | { type: 'received'; message: Message }
  | { type: 'recalled'; earlier: Message[] }
  | { type: 'typing'; on: boolean; author: Author }
  | { type: 'read'; seq: number }
  | { type: 'rated'; helped: boolean }
  | { type: 'handed over'; standing: StateEvent }
  | { type: 'restarted'; session: Session | null }

/** What another try can't mend: the customer has to change something. Everything else is sent again by itself. */
const FINAL = new Set(['bad_message', 'empty', 'too_long', 'not_a_photo', 'too_large'])

/** Of photos, these too: another photo would have to go first, or the file has to be chosen again. */
const FINAL_FOR_PHOTOS = new Set(['too_many', 'no_session'])

export function begin(session: Session | null, unsent: Unsent[]): Conversation {
  return {
    session,
    connection: 'connecting',
    state: 'assistant',
    agent: null,
    position: null,
    online: true,
    email: false,
    canMail: false,
    earlier: [],
    messages: [],
    unsent,
    typing: null,
    helped: null,
    read: 0,
    announceAfter: -1,
  }
}

export function next(conversation: Conversation, event: Event): Conversation {
  switch (event.type) {
    case 'confirmed':
      return confirmed(conversation, event.confirm)
    case 'disconnected':
      return { ...conversation, connection: wasOnline(conversation) ? 'reconnecting' : 'connecting', typing: null }
    case 'wrote':
      return { ...conversation, unsent: [...conversation.unsent, event.unsent] }
    case 'acknowledged':
      return acknowledged(conversation, event.clientId, event.acknowledgement, event.at)
    case 'retried':
      return changeUnsent(conversation, event.clientId, ({ problem: _, ...unsent }) => unsent)
    case 'discarded':
      return { ...conversation, unsent: conversation.unsent.filter(({ clientId }) => clientId !== event.clientId) }
    case 'received':
      return received(conversation, event.message)
    case 'recalled':
      return { ...conversation, earlier: event.earlier }
    case 'typing':
      return event.author.kind === 'customer' // in another tab
        ? conversation
        : { ...conversation, typing: event.on ? event.author : null }
    case 'read':
      return { ...conversation, read: Math.max(conversation.read, event.seq) }
    case 'rated':
      return { ...conversation, helped: event.helped }
    case 'handed over':
      return { ...conversation, ...standing(event.standing) }
    case 'restarted':
      return begin(event.session, [])
  }
}

/** The number up to which nothing is missing; from there on the server is asked to replay. */
export function lastSeq({ messages }: Conversation): number {
  const gap = messages.findIndex((message, index) => message.seq !== index + 1)
  return gap < 0 ? messages.length : gap
}

/** What is to be sent next: one at a time, so that the order of writing is the order in the transcript. */
export function nextToSend({ connection, unsent }: Conversation): Unsent | undefined {
  return connection === 'online' ? unsent.find(({ problem }) => !problem) : undefined
}

/** The question that waits for the customer's answer, if there is one. A photo is none. */
export function openAsk({ messages, unsent, state }: Conversation): Ask | undefined {
  if (state !== 'assistant' || unsent.some(({ photo }) => !photo)) return undefined
  for (let index = messages.length - 1; index >= 0; index--) {
    const { author, custom } = messages[index] as Message
    if (author.kind === 'customer' && custom?.type !== 'photo') return undefined
    if (custom?.type === 'ask') return custom
  }
  return undefined
}

/** Whether the customer can say by now whether it helped: at the end of a case, and of the conversation. */
export function isRatable({ messages, state }: Conversation): boolean {
  const ask = messages.findLast(({ custom }) => custom?.type === 'ask')?.custom as Ask | undefined
  return state === 'closed' || (state === 'assistant' && ask?.fact === 'anything_else')
}

/** How many messages the customer hasn't seen. */
export function unread({ messages, read }: Conversation): number {
  return messages.filter(({ seq, author, custom }) => seq > read && author.kind !== 'customer' && custom?.type !== 'ask')
    .length
}

function wasOnline({ announceAfter }: Conversation): boolean {
  return announceAfter >= 0
}

function standing({ state, agent, position = null, online = true, email = false, can_mail = false }: StateEvent): Standing {
  return { state, agent: agent?.name ?? null, position, online, email, canMail: can_mail }
}

function confirmed(conversation: Conversation, confirm: SessionConfirm): Conversation {
  const isSame = conversation.session?.id === confirm.session_id
  const isFirst = !wasOnline(conversation) || !isSame
  return {
    ...conversation,
    ...standing(confirm),
    session: { id: confirm.session_id, secret: confirm.secret },
    connection: 'online',
    earlier: isSame ? conversation.earlier : [],
    messages: isSame ? conversation.messages : [],
    helped: confirm.helped ?? null,
    read: Math.max(isSame ? conversation.read : 0, confirm.read ?? 0),
    announceAfter: isFirst ? confirm.seq : conversation.announceAfter,
  }
}

function acknowledged(
  conversation: Conversation,
  clientId: string,
  acknowledgement: Acknowledgement,
  at: string,
): Conversation {
  const sent = conversation.unsent.find((unsent) => unsent.clientId === clientId)
  if (!sent) return conversation
  if (!acknowledgement.ok) {
    const { code, message } = acknowledgement.error
    const isFinal = FINAL.has(code) || (sent.photo && FINAL_FOR_PHOTOS.has(code))
    return changeUnsent(conversation, clientId, (unsent) => ({ ...unsent, [isFinal ? 'problem' : 'delay']: message }))
  }
  if (sent.photo) return conversation // its message comes by itself, with the photo's number
  const author: Author = { kind: 'customer', name: null }
  return received(conversation, { seq: acknowledgement.seq, at, author, text: sent.text, client_id: clientId })
}

function received(conversation: Conversation, message: Message): Conversation {
  const unsent = conversation.unsent.some(({ clientId }) => clientId === message.client_id)
    ? conversation.unsent.filter(({ clientId }) => clientId !== message.client_id)
    : conversation.unsent
  return { ...conversation, messages: withMessage(conversation.messages, message), unsent }
}

function withMessage(messages: Message[], message: Message): Message[] {
  if (message.seq > (messages.at(-1)?.seq ?? 0)) return [...messages, message]
  if (messages.some(({ seq }) => seq === message.seq)) return messages
  return [...messages, message].sort((one, other) => one.seq - other.seq)
}

function changeUnsent(conversation: Conversation, clientId: string, change: (unsent: Unsent) => Unsent): Conversation {
  return {
    ...conversation,
    unsent: conversation.unsent.map((unsent) => (unsent.clientId === clientId ? change(unsent) : unsent)),
  }
}
