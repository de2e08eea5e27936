// Every text of the desk, and how times, facts and what was decided are said.

import { texts as widget } from '../languages/en'
import type { Message } from '../messages'
import { SHOP } from '../shop'
import { isDay, Words } from '../words'
import type { Colleague, Fact, Kind, Source, Summary, Value } from './api'
import type { Section } from './state'

const MINUTE = 60
const HOUR = 60 * MINUTE
const LOCALE = new Intl.DateTimeFormat().resolvedOptions().locale // the agent's, for days and money
const LONGEST_LINE = 90 // characters of a message that is read out

export const texts = {
  title: 'Desk',
  shop: SHOP,
  unreachable: 'The service can’t be reached. Please try again in a moment.',
  failed: 'That didn’t work. Please try again.',

  // Signing in
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  name: 'Name',
  password: 'Password',
  signOut: 'Sign out',
  ended: 'Your sign-in has ended. Please sign in again; what you had written is kept.',

  // The frame
  connecting: 'Connecting…',
  reconnecting: 'Connection lost. Reconnecting; what you see may be out of date.',
  sound: 'Sound',
  help: 'Keyboard shortcuts',
  views: 'Part of the page',
  view: { queue: 'Queue', conversation: 'Conversation', case: 'Case' },
  close: 'Close',
  cancel: 'Cancel',
  figures: 'Figures',
  backToDesk: 'Back to the desk',

  // The queue
  queue: 'Queue',
  section: {
    waiting: 'Waiting',
    mine: 'Mine',
    others: 'With colleagues',
    assistant: 'With the assistant',
    closed: 'Ended',
  } satisfies Record<Section, string>,
  empty: {
    waiting: 'Nobody is waiting.',
    mine: 'You hold no conversation.',
    others: 'Colleagues hold none.',
    assistant: 'Nobody is talking to the assistant.',
    closed: 'None yet.',
  } satisfies Record<Section, string>,
  more: 'Show more',
  unread: 'unread',
  isOnline: 'online',
  isAway: 'away',
  noWords: 'Nothing written yet',
  photo: 'Photo',
  reason: {
    asked_for_a_person: 'Asked for a person',
    needs_review: 'The policy needs a person',
    not_understood: 'Not understood twice',
    upset: 'Upset',
    change_order: 'Wants to change an order',
    taken_over: 'Taken over',
    put_back: 'Put back in the queue',
    no_answer: 'No answer in time',
  } as Record<string, string>,
  newInQueue: (reason: string, words: string) => `New in the queue: ${reason}. ${words}`,

  // The conversation
  conversation: 'Conversation',
  choose: 'Choose a conversation.',
  chooseMore: 'Press ? for the keyboard shortcuts.',
  loading: 'Loading…',
  unnamed: 'Customer',
  order: (number: string) => `Order ${number}`,
  state: {
    waiting: 'Waiting for a person',
    mine: 'You answer',
    others: (name: string) => `${name} answers`,
    assistant: 'The assistant answers',
    closed: 'Ended',
  },
  because: (reason: string, trigger: string | null) => (trigger ? `${reason}: “${trigger}”` : reason),
  takeOver: 'Take over',
  handBack: 'Hand back',
  putBack: 'Back to the queue',
  passOn: 'Pass on',
  end: 'End',
  transcript: 'Transcript',
  customer: 'Customer',
  assistant: 'Assistant',
  you: 'You',
  note: 'Note',
  noteBy: (name: string) => `Note by ${name}`,
  private: 'only for colleagues',
  seen: 'Seen',
  writing: (name: string) => `${name} is writing`,
  toTheEnd: 'Newest messages',
  tookOver: (name: string) => `${name} took over`,
  waits: (reason: string) => `Waits for a person: ${reason}`,
  isBack: 'Back with the assistant',

  // Writing
  writeReply: 'Write to the customer',
  writeNote: 'Write a note to colleagues; the customer doesn’t see it',
  replyMode: 'Reply',
  noteMode: 'Note',
  kind: 'What you write',
  send: 'Send',
  save: 'Save note',
  replies: 'Prepared replies',
  findReply: 'Find a reply',
  noReply: 'No reply has these words in it.',
  found: (count: number) => `${count} found`,
  keys: 'Enter sends, Shift+Enter begins a new line',
  notYours: {
    waiting: 'Take the conversation over to answer.',
    assistant: 'The assistant answers. Take over to write to the customer.',
    others: (name: string) => `${name} answers this customer. You can leave a note.`,
    closed: 'This conversation has ended. You can leave a note.',
  },
  sending: 'Sending…',
  waitsForConnection: 'Not sent yet. It goes out when you are connected again.',
  notSent: 'Not sent.',
  again: 'Try again',
  remove: 'Remove',

  // The case
  case: 'Case',
  noCase: 'No order yet. Once the customer has named one and proved that it is theirs, it stands here.',
  contact: 'Customer',
  proved: 'proved',
  followUp: 'Wants an answer to',
  facts: 'Facts',
  source: { order: 'order', customer: 'customer', agent: 'agent' } satisfies Record<Source, string>,
  sourceSays: {
    order: 'from the order',
    customer: 'the customer said so',
    agent: 'an agent said so',
  } satisfies Record<Source, string>,
  unknown: 'not known',
  correctOnly: 'Take the conversation over to correct facts.',
  edit: 'Edit',
  takeBack: 'Take back',
  takenAlready: 'The assistant goes by this already. Put in what is right instead.',
  yes: 'Yes',
  no: 'No',
  set: 'Set',
  decision: 'Decision',
  missing: 'Still to be asked',
  findings: (applying: number, all: number) => `Rules looked at: ${all}, of which ${applying} apply`,
  applies: 'applies',
  appliesNot: 'doesn’t apply',
  appliesMaybe: 'open',
  file: (kind: string) => `File this ${kind.toLowerCase()}`,
  fileReview: 'File as a review',
  filed: (reference: string) => `Filed as ${reference}.`,
  requests: 'Requests',
  noRequests: 'None for this order.',
  history: 'History',
  move: {
    approved: 'Approve',
    rejected: 'Reject',
    received: 'Goods received',
    refunded: 'Refunded',
    replaced: 'Replaced',
    cancelled: 'Cancelled',
    withdrawn: 'Withdrawn by the customer',
    closed: 'Close',
  } as Record<string, string>,
  moveQuestion: (move: string, reference: string) => `${move}: ${reference}`,
  moveNote: 'Note for the record (optional)',
  moveTells: 'The customer is told by e-mail.',
  notes: 'Notes',
  noNotes: 'None yet.',
  earlier: 'The conversation before this one',
  items: 'Items',
  quantity: (count: number) => `${count} ×`,
  soldBy: { inomega: 'sold by us', retailer: 'sold by a retailer' } as Record<string, string>,
  placed: 'Placed',
  delivered: 'Delivered',
  shipping: 'Shipping',
  tracking: 'Tracking',
  status: {
    paid: 'Paid',
    shipped: 'Shipped',
    delivered: 'Delivered',
    cancelled: 'Cancelled',
    refunded: 'Refunded',
  } as Record<string, string>,
  pricing: { sale: 'sale', clearance: 'clearance' } as Record<string, string>,

  // Dialogs
  passOnTo: 'Pass on to',
  nobodyElse: 'There is nobody else to pass it on to.',
  holds: (count: number) => (count === 1 ? 'holds 1' : `holds ${count}`),
  endQuestion: 'End this conversation?',
  endReason: 'Reason, for the record; the customer doesn’t see it',
  endTells: 'If the customer writes again, a new conversation begins that shows this one.',
  endReasons: ['Solved', 'No answer from the customer', 'Not about an order', 'Answered by e-mail'],

  singleKeys: 'Single keys are shortcuts (outside of fields)',
  shortcuts: {
    next: 'Next conversation',
    previous: 'Previous conversation',
    takeOver: 'Take over',
    handBack: 'Hand back to the assistant',
    reply: 'Write to the customer',
    note: 'Write a note',
    replies: 'Prepared replies',
    leave: 'Leave the field',
    help: 'This help',
  },
}

const FACTS: Record<string, string> = {
  wants: 'Wants',
  'claim.reason': 'Reason',
  'order.placed_at': 'Ordered on',
  'order.delivered_at': 'Delivered on',
  'claim.working': 'Works as new',
  'claim.original_packaging': 'Original packaging',
  'claim.original_purchaser': 'Original purchaser',
  'claim.tampered': 'Opened or changed',
}

export const WANTS: Record<string, string> = {
  refund: 'Refund',
  replacement: 'Replacement or repair',
  cancellation: 'Cancellation',
}

export const REASONS: Record<string, string> = {
  changed_mind: 'Changed their mind',
  ordered_by_mistake: 'Ordered by mistake',
  wrong_item_delivered: 'Wrong item delivered',
  damaged_on_arrival: 'Damaged on arrival',
  defective: 'Defective',
  damaged_by_user: 'Damaged by the customer',
  modified: 'Changed by the customer',
  repaired_without_consent: 'Repaired without consent',
  lost: 'Lost',
  not_received: 'Never arrived',
}

/** The widget's cards, in an agent's words. */
export const cardWords = new Words(LOCALE, {
  ...widget,
  you: texts.customer,
  yourCase: texts.case,
  outcome: { ...widget.outcome, needs_facts: 'Facts are missing' },
  total: 'Customer gets back',
  actBy: 'Customer has to act by',
  next: 'What the customer has to do',
  alternatives: 'Also open to the customer',
  clauses: 'Clauses',
})

export function reasonOf(summary: Summary): string {
  return summary.reason ? (texts.reason[summary.reason] ?? summary.reason) : ''
}

/** Waiting time as a clock shows it: 0:07, 12:30, 1:04:09. */
export function waited(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (count: number) => String(count).padStart(2, '0')
  const hours = Math.floor(whole / HOUR)
  const minutes = Math.floor((whole % HOUR) / MINUTE)
  return hours ? `${hours}:${two(minutes)}:${two(whole % MINUTE)}` : `${minutes}:${two(whole % MINUTE)}`
}

/** How long ago, in as few letters as a row has room for. */
export function ago(seconds: number): string {
  if (seconds < MINUTE) return 'now'
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  if (seconds < 24 * HOUR) return `${Math.floor(seconds / HOUR)} h`
  return `${Math.floor(seconds / (24 * HOUR))} d`
}

export function factName(fact: string): string {
  return FACTS[fact] ?? fact
}

export function factValue(fact: string, value: Value): string {
  if (value === null) return texts.unknown
  if (typeof value === 'boolean') return value ? texts.yes : texts.no
  if (fact === 'wants') return WANTS[value] ?? value
  if (fact === 'claim.reason') return REASONS[value] ?? value
  return isDate(fact) ? day(value) : value
}

export function isDate(fact: string): boolean {
  return fact.endsWith('_at')
}

/** What an agent may choose from, where it isn't yes or no or a date. */
export function choicesOf(fact: string): Record<string, string> | undefined {
  return fact === 'wants' ? WANTS : fact === 'claim.reason' ? REASONS : undefined
}

/** A fact of the customer's word can be put right, and so can what nobody has said; the shop's records can't. */
export function isCorrectable({ source }: Fact): boolean {
  return source !== 'order'
}

export function day(at: string): string {
  const style: Intl.DateTimeFormatOptions = { dateStyle: 'medium', ...(isDay(at) && { timeZone: 'UTC' }) }
  return new Intl.DateTimeFormat(LOCALE, style).format(new Date(at))
}

export function kindOf(kind: Kind | string): string {
  return cardWords.kindOfRequest(kind)
}

/** A rule's or a status's name as words. */
export function spelled(name: string): string {
  return name.replaceAll('_', ' ')
}

/** A message in one line. */
export function lineOf(message: Message | null): string {
  if (!message) return ''
  const { text, custom } = message
  if (text) return text.replace(/\s+/g, ' ').slice(0, 200)
  if (custom?.type === 'photo') return texts.photo
  if (custom?.type === 'decision') return cardWords.subject(custom.decision)
  return ''
}

export function shortened(text: string): string {
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text
}

export function colleagueLine({ is_online, holds }: Colleague): string {
  return `${is_online ? texts.isOnline : texts.isAway}, ${texts.holds(holds)}`
}

export function titleOf(count: number): string {
  const title = `${texts.title} – ${texts.shop}`
  return count ? `(${count}) ${title}` : title
}
