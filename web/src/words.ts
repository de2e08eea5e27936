// How things are said on the page: outcomes, money, days, and each message in plain words for a screen reader.

import type { Author, Decision, Handover, Message, Outcome } from './messages'

const LOCALE = 'en-US'
const DAY = 24 * 60 * 60 * 1000
const NEAR = 60 // days

export const OUTCOMES: Record<Outcome, string> = {
  eligible: 'Eligible',
  not_yet: 'Not yet',
  not_eligible: 'Not eligible',
  needs_facts: 'Depends on your answers',
  needs_review: 'A person decides',
  mixed: 'Differs by item',
}

const REMEDIES: Record<NonNullable<Decision['remedy']>, string> = {
  full_refund: 'Full refund',
  refund: 'Refund',
  replacement: 'Replacement',
  repair_or_replacement: 'Repair or replacement',
}

const WISHES: Record<NonNullable<Decision['wants']>, string> = {
  cancellation: 'Cancellation',
  refund: 'Refund',
  replacement: 'Replacement or repair',
}

const KINDS: Record<string, string> = {
  cancellation: 'Cancellation',
  refund: 'Refund',
  replacement: 'Replacement',
  review: 'Review by a person',
}

export function subject({ remedy, wants }: Decision): string {
  return (remedy && REMEDIES[remedy]) || (wants && WISHES[wants]) || 'Your case'
}

export function kindOfRequest(kind: string): string {
  return KINDS[kind] ?? kind
}

export function statusOfRequest(status: string): string {
  return status.charAt(0).toUpperCase() + status.slice(1)
}

export function money(amount: string, currency: string): string {
  try {
    return new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(Number(amount)).replace('-', '−')
  } catch {
    return `${amount} ${currency}` // a code that isn't a currency's
  }
}

/** A deadline: a day as the shop counts it, or a moment in the customer's own time. */
export function deadline(value: string): string {
  return isDay(value)
    ? new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(value))
    : new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(value))
}

/** How much time is left, where that is near enough to matter. */
export function timeLeft(value: string, now: Date): string {
  return isDay(value) ? daysLeft(value, now) : hoursLeft(value, now)
}

function daysLeft(day: string, now: Date): string {
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())
  const days = Math.round((Date.parse(day) - today) / DAY)
  if (days < 0) return 'over'
  if (days === 0) return 'today is the last day'
  if (days > NEAR) return ''
  return days === 1 ? '1 day left' : `${days} days left`
}

function hoursLeft(moment: string, now: Date): string {
  const hours = Math.floor((Date.parse(moment) - now.getTime()) / (60 * 60 * 1000))
  if (hours < 0) return 'over'
  if (hours === 0) return 'less than an hour left'
  return hours === 1 ? '1 hour left' : `${hours} hours left`
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value)
}

/** The day that the customer's own calendar shows, as a date field takes it. */
export function localDay(now: Date): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  return parts.map((part) => String(part).padStart(2, '0')).join('-')
}

export function dayAndTime(at: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
}

/** The time of a message, with its day unless that is today. */
export function timeOf(at: string, now: Date): string {
  const moment = new Date(at)
  if (moment.toDateString() !== now.toDateString()) return dayAndTime(at)
  return new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' }).format(moment)
}

export function nameOf({ kind, name }: Author): string {
  if (kind === 'customer') return 'You'
  if (kind === 'system') return 'Notice'
  return name ?? (kind === 'agent' ? 'Agent' : 'Assistant')
}

export function handover({ state, agent, position }: Pick<Handover, 'state' | 'agent' | 'position'>): string {
  if (state === 'agent') return `${agent?.name ?? 'One of our staff'} has joined.`
  if (state === 'closed') return 'This conversation has ended.'
  if (state === 'assistant') return 'The assistant answers again.'
  return position ? `Waiting for a person; you are number ${position} in line.` : 'Waiting for a person.'
}

/** A message as it is read out: who says what, cards in a sentence. Nothing, where the text around says it already. */
export function inWords({ author, text, custom }: Message): string {
  const said = [text, custom && customInWords(custom)].filter(Boolean).join(' ')
  return said && `${nameOf(author)}: ${said}`
}

function customInWords(custom: NonNullable<Message['custom']>): string {
  switch (custom.type) {
    case 'decision':
      return `Decision on ${subject(custom.decision).toLowerCase()}: ${OUTCOMES[custom.decision.outcome] ?? ''}.`
    case 'summary':
      return `To be filed: ${kindOfRequest(custom.kind)} for order ${custom.order_number}.`
    case 'request':
      return `Request ${custom.reference}: ${statusOfRequest(custom.status)}.`
    case 'clause':
      return custom.quotes.join(' ')
    case 'handover':
      return handover(custom)
    case 'ask':
      return custom.options ? `Answers to choose from: ${custom.options.map(({ title }) => title).join(', ')}.` : ''
    default:
      return ''
  }
}
