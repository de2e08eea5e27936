// The desk as this page knows it: a state, and what each event makes of it. No DOM, no socket, no clock.

import type { Author, Message, State } from '../messages'
import type { Case, Decided, Details, Fact, Me, Note, Page, Request, Summary } from './api'

export type Section = 'waiting' | 'mine' | 'others' | 'assistant' | 'closed'
export const SECTIONS: readonly Section[] = ['waiting', 'mine', 'others', 'assistant', 'closed']

/** What the agent wrote and the server hasn't confirmed yet. `problem` says why it won't be sent by itself. */
export interface Unsent {
  id: string
  clientId: string
  text: string
  problem?: string
}

/** A conversation that was looked at. Its messages are kept by number, in order. */
export interface Opened {
  messages: Message[]
  case: Case
  notes: Note[]
}

export interface Desk {
  connection: 'connecting' | 'online' | 'reconnecting'
  me: Me | null
  conversations: ReadonlyMap<string, Summary>
  /** The `after` of the pages that aren't loaded yet. */
  further: Partial<Record<State, string>>
  /** While the lists are on their way, those that something was heard of: the lists may be older. */
  heardMeanwhile: ReadonlySet<string> | null
  isListed: boolean
  openId: string | null
  opened: ReadonlyMap<string, Opened>
  /** Who writes where, besides this agent. */
  typing: ReadonlyMap<string, Author>
  drafts: ReadonlyMap<string, string>
  unsent: Unsent[]
  /** Up to which message the agent has looked. */
  seen: ReadonlyMap<string, number>
}

export type Event =
  | { type: 'signed in'; me: Me; kept: Kept }
  | { type: 'signed out' }
  | { type: 'connected' }
  | { type: 'disconnected' }
  | { type: 'listed'; pages: Record<State, Page> }
  | { type: 'listed further'; state: State; page: Page }
  | { type: 'told'; summary: Summary }
  | { type: 'opened'; id: string | null }
  | { type: 'detailed'; id: string; details: Details }
  | { type: 'received'; id: string; message: Message }
  | { type: 'typing'; id: string; on: boolean; author: Author }
  | { type: 'read'; id: string; seq: number }
  | { type: 'looked'; id: string }
  | { type: 'drafted'; id: string; text: string }
  | { type: 'wrote'; unsent: Unsent }
  | { type: 'sent'; unsent: Unsent; seq: number; at: string }
  | { type: 'refused'; clientId: string; problem: string }
  | { type: 'retried'; clientId: string }
  | { type: 'discarded'; clientId: string }
  | { type: 'noted'; id: string; note: Note }
  | { type: 'decided'; id: string; decision: Decided; facts: Fact[] }
  | { type: 'requested'; id: string; request: Request }

/** What outlives a reload of the page. */
export type Kept = Pick<Desk, 'drafts' | 'unsent' | 'seen'>

export const NOTHING: Desk = {
  connection: 'connecting',
  me: null,
  conversations: new Map(),
  further: {},
  heardMeanwhile: null,
  isListed: false,
  openId: null,
  opened: new Map(),
  typing: new Map(),
  drafts: new Map(),
  unsent: [],
  seen: new Map(),
}

export function next(desk: Desk, event: Event): Desk {
  switch (event.type) {
    case 'signed in':
      return { ...NOTHING, ...event.kept, me: event.me, openId: desk.openId }
    case 'signed out':
      return { ...NOTHING, openId: desk.openId }
    case 'connected':
      return { ...desk, connection: 'online', heardMeanwhile: new Set() }
    case 'disconnected':
      return { ...desk, connection: desk.isListed ? 'reconnecting' : 'connecting', typing: new Map() }
    case 'listed':
      return listed(desk, event.pages)
    case 'listed further':
      return listedFurther(desk, event.state, event.page)
    case 'told':
      return told(desk, event.summary)
    case 'opened':
      return { ...desk, openId: event.id }
    case 'detailed':
      return detailed(desk, event.id, event.details)
    case 'received':
      return received(desk, event.id, event.message)
    case 'typing':
      return { ...desk, typing: event.on ? with_(desk.typing, event.id, event.author) : without(desk.typing, event.id) }
    case 'read':
      return changeSummary(desk, event.id, (summary) => ({
        ...summary,
        read_seq: Math.max(summary.read_seq, event.seq),
      }))
    case 'looked':
      return looked(desk, event.id)
    case 'drafted':
      return { ...desk, drafts: event.text ? with_(desk.drafts, event.id, event.text) : without(desk.drafts, event.id) }
    case 'wrote':
      return { ...desk, unsent: [...desk.unsent, event.unsent] }
    case 'sent':
      return sent(desk, event.unsent, event.seq, event.at)
    case 'refused':
      return changeUnsent(desk, event.clientId, (unsent) => ({ ...unsent, problem: event.problem }))
    case 'retried':
      return changeUnsent(desk, event.clientId, ({ problem: _, ...unsent }) => unsent)
    case 'discarded':
      return { ...desk, unsent: desk.unsent.filter(({ clientId }) => clientId !== event.clientId) }
    case 'noted':
      return changeOpened(desk, event.id, (opened) => ({ ...opened, notes: withNote(opened.notes, event.note) }))
    case 'decided':
      return changeCase(desk, event.id, (known) => ({ ...known, decision: event.decision, facts: event.facts }))
    case 'requested':
      return changeCase(desk, event.id, (known) => ({ ...known, requests: withRequest(known.requests, event.request) }))
  }
}

/** Where a conversation stands in the queue, seen from this agent. */
export function sectionOf({ state, agent }: Summary, me: Me | null): Section {
  return state === 'agent' ? (agent?.name === me?.name ? 'mine' : 'others') : state
}

/** The queue: who waits longest first; one's own where they were; of the others the newest word first. Where nobody has
 * spoken yet there is nothing to show. */
export function queueOf({ conversations, me }: Pick<Desk, 'conversations' | 'me'>): Record<Section, Summary[]> {
  const queue: Record<Section, Summary[]> = { waiting: [], mine: [], others: [], assistant: [], closed: [] }
  for (const summary of conversations.values()) if (summary.last) queue[sectionOf(summary, me)].push(summary)
  for (const section of SECTIONS) queue[section].sort(ORDERS[section])
  return queue
}

/** Whether the customer of somebody whom this agent answers, or who waits, has said something not looked at. */
export function isUnread({ me, seen }: Pick<Desk, 'me' | 'seen'>, summary: Summary): boolean {
  const { id, last } = summary
  const section = sectionOf(summary, me)
  if (!last || (section !== 'mine' && section !== 'waiting')) return false
  return last.seq > (seen.get(id) ?? 0) && !(last.author.kind === 'agent' && last.author.name === me?.name)
}

/** Who calls for this agent: everybody who waits, and unread words to the agent. */
export function callsOf(desk: Desk): { waiting: Summary[]; unread: Summary[] } {
  const { waiting, mine } = queueOf(desk)
  return { waiting, unread: mine.filter((summary) => isUnread(desk, summary)) }
}

/** The number up to which nothing is missing; from there on the server is asked to send. */
export function lastSeq({ messages }: Pick<Opened, 'messages'>): number {
  const gap = messages.findIndex((message, index) => message.seq !== index + 1)
  return gap < 0 ? messages.length : gap
}

/** What is to be sent next: in each conversation one at a time, so that the order of writing is the transcript's. */
export function nextToSend({ connection, unsent }: Desk, id: string): Unsent | undefined {
  const first = unsent.find((each) => each.id === id)
  return connection === 'online' && first && !first.problem ? first : undefined
}

export function isMine(desk: Pick<Desk, 'conversations' | 'me'>, id: string): boolean {
  const summary = desk.conversations.get(id)
  return summary !== undefined && sectionOf(summary, desk.me) === 'mine'
}

function listed(desk: Desk, pages: Record<State, Page>): Desk {
  const conversations = new Map<string, Summary>()
  const further: Desk['further'] = {}
  for (const [state, page] of Object.entries(pages) as [State, Page][]) {
    for (const summary of page.conversations) conversations.set(summary.id, newer(desk.conversations.get(summary.id), summary))
    if (page.next) further[state] = page.next
  }
  for (const id of desk.heardMeanwhile ?? []) {
    const heard = desk.conversations.get(id)
    if (heard) conversations.set(id, newer(conversations.get(id), heard))
  }
  const open = desk.openId && desk.conversations.get(desk.openId)
  if (open && !conversations.has(open.id)) conversations.set(open.id, open) // its details are asked for, too
  return { ...desk, conversations, further, heardMeanwhile: null, isListed: true }
}

function listedFurther(desk: Desk, state: State, page: Page): Desk {
  const conversations = new Map(desk.conversations)
  for (const summary of page.conversations) conversations.set(summary.id, newer(conversations.get(summary.id), summary))
  const { [state]: _, ...others } = desk.further
  return { ...desk, conversations, further: page.next ? { ...others, [state]: page.next } : others }
}

function told(desk: Desk, summary: Summary): Desk {
  const { id } = summary
  const known = desk.conversations.get(id)
  return {
    ...desk,
    conversations: with_(desk.conversations, id, newer(known, summary)),
    heardMeanwhile: desk.heardMeanwhile && new Set(desk.heardMeanwhile).add(id),
  }
}

/** Whatever changes who answers leaves a message, so the one with the higher number is newer. */
function newer(known: Summary | undefined, told: Summary): Summary {
  if (!known) return told
  const newest = (known.last?.seq ?? 0) > (told.last?.seq ?? 0) ? known : told
  const read_seq = Math.max(known.read_seq, told.read_seq)
  return read_seq === newest.read_seq ? newest : { ...newest, read_seq }
}

function detailed(desk: Desk, id: string, { conversation, messages, case: known, notes }: Details): Desk {
  const before = desk.opened.get(id)
  const all = messages.reduce(withMessage, before?.messages ?? [])
  return {
    ...desk,
    conversations: with_(desk.conversations, id, newer(desk.conversations.get(id), conversation)),
    opened: with_(desk.opened, id, { messages: all, case: known, notes }),
    unsent: desk.unsent.filter((unsent) => unsent.id !== id || !all.some((message) => isOf(message, unsent))),
  }
}

function received(desk: Desk, id: string, message: Message): Desk {
  const known = changeOpened(desk, id, (opened) => ({ ...opened, messages: withMessage(opened.messages, message) }))
  const typing = message.author.kind === desk.typing.get(id)?.kind ? without(desk.typing, id) : desk.typing
  return { ...known, typing, unsent: known.unsent.filter((unsent) => unsent.id !== id || !isOf(message, unsent)) }
}

/** The server puts the agent's number before the client's own, so that two agents' can't be the same. */
function isOf({ author, client_id }: Message, { clientId }: Unsent): boolean {
  return author.kind === 'agent' && client_id !== undefined && client_id.endsWith(`-${clientId}`)
}

function sent(desk: Desk, unsent: Unsent, seq: number, at: string): Desk {
  const { id, clientId, text } = unsent
  const author: Author = { kind: 'agent', name: desk.me?.name ?? null }
  const message = { seq, at, author, text: text.trim(), client_id: `-${clientId}` }
  const known = changeOpened(desk, id, (opened) => ({ ...opened, messages: withMessage(opened.messages, message) }))
  return { ...known, unsent: known.unsent.filter((each) => each.clientId !== clientId) }
}

function looked(desk: Desk, id: string): Desk {
  const last = Math.max(desk.conversations.get(id)?.last?.seq ?? 0, desk.opened.get(id)?.messages.at(-1)?.seq ?? 0)
  return last > (desk.seen.get(id) ?? 0) ? { ...desk, seen: with_(desk.seen, id, last) } : desk
}

function withMessage(messages: Message[], message: Message): Message[] {
  if (message.seq > (messages.at(-1)?.seq ?? 0)) return [...messages, message]
  if (messages.some(({ seq }) => seq === message.seq)) return messages
  return [...messages, message].sort((one, other) => one.seq - other.seq)
}

function withNote(notes: Note[], note: Note): Note[] {
  return notes.some(({ at, by }) => at === note.at && by === note.by) ? notes : [...notes, note]
}

function withRequest(requests: Request[], request: Request): Request[] {
  const isKnown = requests.some(({ reference }) => reference === request.reference)
  return isKnown ? requests.map((each) => (each.reference === request.reference ? request : each)) : [...requests, request]
}

function changeSummary(desk: Desk, id: string, change: (summary: Summary) => Summary): Desk {
  const summary = desk.conversations.get(id)
  return summary ? { ...desk, conversations: with_(desk.conversations, id, change(summary)) } : desk
}

function changeOpened(desk: Desk, id: string, change: (opened: Opened) => Opened): Desk {
  const opened = desk.opened.get(id)
  return opened ? { ...desk, opened: with_(desk.opened, id, change(opened)) } : desk
}

function changeCase(desk: Desk, id: string, change: (known: Case) => Case): Desk {
  return changeOpened(desk, id, (opened) => ({ ...opened, case: change(opened.case) }))
}

function changeUnsent(desk: Desk, clientId: string, change: (unsent: Unsent) => Unsent): Desk {
  return { ...desk, unsent: desk.unsent.map((unsent) => (unsent.clientId === clientId ? change(unsent) : unsent)) }
}

function byWaiting(one: Summary, other: Summary): number {
  return momentOf(one.waiting_since) - momentOf(other.waiting_since) || (one.id < other.id ? -1 : 1)
}

/** Rows that move under the pointer are clicked by mistake. */
function byBeginning(one: Summary, other: Summary): number {
  return momentOf(one.created_at) - momentOf(other.created_at) || (one.id < other.id ? -1 : 1)
}

function byLastWord(one: Summary, other: Summary): number {
  return momentOf(other.last?.at) - momentOf(one.last?.at)
}

const ORDERS = { waiting: byWaiting, mine: byBeginning, others: byLastWord, assistant: byLastWord, closed: byLastWord }

function momentOf(at: string | null | undefined): number {
  return at ? Date.parse(at) : 0
}

function with_<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map
  const left = new Map(map)
  left.delete(key)
  return left
}
