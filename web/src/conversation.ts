// The conversation as this page knows it: a state, and what each event makes of it. No DOM, no socket, no clock.

import type { Acknowledgement, Ask, Author, Handover, Message, SessionConfirm, State } from './messages'

export interface Session {
  id: string
  secret: string
}

/** What the customer wrote and the server hasn't confirmed yet. `problem` says why it won't be sent by itself. */
export interface Unsent {
  clientId: string
  text: string
  option?: string
  problem?: string
}

export interface Conversation {
  session: Session | null
  connection: 'connecting' | 'online' | 'reconnecting'
  state: State
  agent: string | null
  /** Stored messages by number, in order. */
  messages: Message[]
  /** Not confirmed yet, in the order of writing. */
  unsent: Unsent[]
  typing: Author | null
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
  | { type: 'typing'; on: boolean; author: Author }
  | { type: 'handed over'; handover: Pick<Handover, 'state' | 'agent'> }
  | { type: 'restarted' }

/** What another try can't mend: the customer has to change something. Everything else is sent again by itself. */
const FINAL = new Set(['bad_message', 'empty', 'too_long', 'closed'])

export function begin(session: Session | null, unsent: Unsent[]): Conversation {
  return {
    session,
    connection: 'connecting',
    state: 'assistant',
    agent: null,
    messages: [],
    unsent,
    typing: null,
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
    case 'typing':
      return event.author.kind === 'customer' // in another tab
        ? conversation
        : { ...conversation, typing: event.on ? event.author : null }
    case 'handed over':
      return { ...conversation, state: event.handover.state, agent: event.handover.agent?.name ?? null }
    case 'restarted':
      return begin(null, [])
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

/** The question that waits for the customer's answer, if there is one. */
export function openAsk({ messages, unsent }: Conversation): Ask | undefined {
  if (unsent.length) return undefined
  for (const message of [...messages].reverse()) {
    if (message.author.kind === 'customer') return undefined
    if (message.custom?.type === 'ask') return message.custom
  }
  return undefined
}

/** The number of the message whose question is open: only there do the answers to choose from stand. */
export function openAskSeq(conversation: Conversation): number | undefined {
  const ask = openAsk(conversation)
  return conversation.messages.find(({ custom }) => ask && custom === ask)?.seq
}

function wasOnline({ announceAfter }: Conversation): boolean {
  return announceAfter >= 0
}

function confirmed(conversation: Conversation, confirm: SessionConfirm): Conversation {
  const isSame = conversation.session?.id === confirm.session_id
  const isFirst = !wasOnline(conversation) || !isSame
  return {
    ...conversation,
    session: { id: confirm.session_id, secret: confirm.secret },
    connection: 'online',
    state: confirm.state,
    agent: confirm.agent?.name ?? null,
    messages: isSame ? conversation.messages : [],
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
    return FINAL.has(code)
      ? changeUnsent(conversation, clientId, (unsent) => ({ ...unsent, problem: message }))
      : conversation
  }
  const author: Author = { kind: 'customer', name: null }
  return received(conversation, { seq: acknowledgement.seq, at, author, text: sent.text, client_id: clientId })
}

function received(conversation: Conversation, message: Message): Conversation {
  const unsent = conversation.unsent.filter(({ clientId }) => clientId !== message.client_id)
  if (conversation.messages.some(({ seq }) => seq === message.seq)) return { ...conversation, unsent }
  const messages = [...conversation.messages, message].sort((one, other) => one.seq - other.seq)
  return { ...conversation, messages, unsent }
}

function changeUnsent(conversation: Conversation, clientId: string, change: (unsent: Unsent) => Unsent): Conversation {
  return {
    ...conversation,
    unsent: conversation.unsent.map((unsent) => (unsent.clientId === clientId ? change(unsent) : unsent)),
  }
}
