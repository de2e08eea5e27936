// How things are said: outcomes, money, days, and each message in plain words for a screen reader.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Texts } from './languages/en'
import type { Author, Custom, Decision, Handover, Message, Standing } from './messages'

const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE
const NEAR = 60 // days

export class Words {
  constructor(
    readonly locale: string,
    readonly texts: Texts,
  ) {}

  subject({ remedy, wants }: Pick<Decision, 'remedy' | 'wants'>): string {
    return (remedy && this.texts.remedy[remedy]) || (wants && this.texts.wish[wants]) || this.texts.yourCase
  }

  kindOfRequest(kind: string): string {
    return this.texts.kind[kind] ?? kind
  }

  statusOfRequest(status: string): string {
    return this.texts.status[status] ?? status
  }

  money(amount: string, currency: string): string {
    try {
      return new Intl.NumberFormat(this.locale, { style: 'currency', currency }).format(Number(amount)).replace('-', '−')
    } catch {
      return `${amount} ${currency}` // a code that isn't a currency's
    }
  }

  /** A deadline: a day as the shop counts it, or a moment in the customer's own time. */
  deadline(value: string): string {
    return isDay(value)
      ? this.moment(value, { dateStyle: 'full', timeZone: 'UTC' })
      : this.moment(value, { dateStyle: 'full', timeStyle: 'short' })
  }

  /** How much time is left, where that is near enough to matter. */
  timeLeft(value: string, now: Date): string {
    return isDay(value) ? this.daysLeft(value, now) : this.minutesLeft(value, now)
  }

  dayAndTime(at: string): string {
    return this.moment(at, { dateStyle: 'medium', timeStyle: 'short' })
  }

  /** The time of a message, with its day unless that is today. */
  timeOf(at: string, now: Date): string {
    return new Date(at).toDateString() === now.toDateString() ? this.moment(at, { timeStyle: 'short' }) : this.dayAndTime(at)
  }

  nameOf({ kind, name }: Author): string {
    if (kind === 'customer') return this.texts.you
    if (kind === 'system') return this.texts.notice
    return kind === 'agent' ? (name ?? this.texts.agent) : this.texts.assistant
  }

  /** Who answers now, under the title. */
  whoAnswers({ state, agent }: Standing): string {
    const { answers, someone } = this.texts
    return state === 'agent' ? answers.agent(agent ?? someone) : answers[state]
  }

  handover({ state, agent, position }: Pick<Handover, 'state' | 'agent' | 'position'>): string {
    const { handover, someone } = this.texts
    if (state === 'agent') return handover.joined(agent?.name ?? someone)
    if (state === 'waiting' && position) return handover.place(position)
    return handover[state]
  }

  /** A message as it is read out: who says what, cards in a sentence. Nothing, where the text around says it already. */
  readOut({ author, text, custom }: Message): string {
    const said = custom?.type === 'handover' ? this.handover(custom) : [text, custom && this.card(custom)].filter(Boolean).join(' ')
    return said && `${this.nameOf(author)}: ${said}`
  }

  private card(custom: Custom): string {
    switch (custom.type) {
      case 'decision': {
        const { decision } = custom
        return this.texts.decisionOn(this.subject(decision), this.texts.outcome[decision.outcome])
      }
      case 'summary':
        return this.texts.toFile(this.kindOfRequest(custom.kind), custom.order_number)
      case 'request':
        return `${this.texts.request(custom.reference)}: ${this.statusOfRequest(custom.status)}.`
      case 'clause':
        return custom.quotes.join(' ')
      case 'photo':
        return this.texts.photo
      case 'ask':
        return custom.options ? this.texts.choose(custom.options.map(({ title }) => title).join(', ')) : ''
      default:
        return ''
    }
  }

  private daysLeft(day: string, now: Date): string {
    const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())
    const days = Math.round((Date.parse(day) - today) / DAY)
    if (days < 0) return this.texts.over
    if (days === 0) return this.texts.lastDay
    return days > NEAR ? '' : this.texts.left(this.units([days, 'day']))
  }

  private minutesLeft(moment: string, now: Date): string {
    const minutes = Math.floor((Date.parse(moment) - now.getTime()) / MINUTE)
    if (minutes < 0) return this.texts.over
    if (minutes === 0) return this.texts.lastMinute
    return this.texts.left(this.units([Math.floor(minutes / 60), 'hour'], [minutes % 60, 'minute']))
  }

  private units(...parts: [number, string][]): string {
    const one = ([count, unit]: [number, string]) =>
      new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
    return parts.filter(([count]) => count).map(one).join(' ')
  }

  private moment(at: string, style: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.locale, style).format(new Date(at))
  }
}

const Spoken = createContext<Words>(undefined as never) // whoever draws anything says in which words
export const Speaking = Spoken.Provider

export function useWords(): Words {
  return useContext(Spoken)
}

export function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value)
}

/** The day that the customer's own calendar shows, as a date field takes it. */
export function localDay(now: Date): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  return parts.map((part) => String(part).padStart(2, '0')).join('-')
}
