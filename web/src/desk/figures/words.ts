// How the figures are said, and the hints, which are the sentences of docs/figures.md.

import definitions from '../../../../docs/figures.md'
import type { Figures, MoneyRow, TimesRow } from '../api'

const LOCALE = new Intl.DateTimeFormat().resolvedOptions().locale

export const texts = {
  title: 'Figures',
  first: 'First day',
  last: 'Last day',
  show: 'Show',
  loading: 'Counting…',
  spans: { 1: 'Today', 7: '7 days', 30: '30 days' },
  hint: 'What counts',
  file: 'CSV file',
  fileOf: (what: string) => `${what} as a CSV file`,
  nothing: 'Nothing in this period.',
  conversations: 'Conversations',
  handovers: 'Handovers',
  reason: 'Reason',
  timesTitle: 'Waiting and answering',
  outcomes: 'Outcomes by wish',
  ratings: 'Ratings',
  misunderstood: 'Not understood',
  day: 'Day',
  all: 'All',
  number: 'How often',
  cases: 'Cases',
  amount: 'Amount',
  share: 'Share',
  byDay: (first: string, last: string) => `Conversations for each day, ${first} to ${last}; the table has the numbers`,
  most: (count: number) => `up to ${count} a day`,

  fate: { alone: 'Finished alone', with_a_person: 'With a person', broken_off: 'Broken off', under_way: 'Under way' },
  time: { waiting: 'Waiting time', answering: 'Answering time' },
  halfWithin: 'Half within',
  nineInTenWithin: 'Nine in ten within',
  inVain: 'In vain',
  open: 'Still open',
  took: {
    up_to_1_minute: 'Up to 1 minute',
    up_to_5_minutes: 'Up to 5 minutes',
    up_to_15_minutes: 'Up to 15 minutes',
    up_to_1_hour: 'Up to an hour',
    longer: 'Longer',
  },
  money: {
    filed: 'Filed',
    paid_back: 'Paid back',
    turned_down: 'Turned down',
    refused_by_policy: 'Refused by the policy',
  } satisfies Record<MoneyRow['what'], string>,
  moneyTitle: 'Money',
  rated: { alone: 'Without a person', with_a_person: 'With a person' },
  helped: 'Helped',
  notHelped: 'Didn’t help',

  groups: (messages: number) => (messages === 1 ? '1 message, by likeness' : `The newest ${messages} messages, by likeness`),
  times: (count: number) => `${count} ×`,
  nearest: (intent: string) => `nearest to: ${intent}`,
  make: 'Make an example',
  made: 'An example was made of it.',
  makeTitle: 'Make an example to learn from',
  original: 'The customer wrote',
  example: 'The example, without personal details',
  intent: 'What the customer wants',
  keep: 'Keep for review',
  review: 'To review',
  reviewOne: 'Review',
  reviewTitle: 'May the assistant learn this?',
  madeBy: (name: string) => `by ${name}`,
  accept: 'Accept',
  reject: 'Reject',
  noExamples: 'No example waits to be reviewed.',
  handedOut: 'Accepted examples are handed out by python -m conversations examples. Nothing is learned by itself.',
}

/** What a figure means. It has to stand in docs/figures.md. */
export function meaningOf(figure: string): string {
  const meaning = definitions[figure]
  if (!meaning) throw new Error(`docs/figures.md doesn’t say what “${figure}” means`)
  return meaning.replaceAll('`', '')
}

/** Seconds as people say them: 45 s, 12 min, 3 h 5 min. */
export function spoken(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`
}

export function percent(part: number, whole: number): string {
  return whole ? new Intl.NumberFormat(LOCALE, { style: 'percent' }).format(part / whole) : '–'
}

export function money({ currency, total }: MoneyRow): string {
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(total as unknown as number) // exact as text
}

export function dayOf(day: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day))
}

/** The sum over all days. */
export function totalOf({ conversations }: Figures, column: 'conversations' | keyof typeof texts.fate): number {
  return conversations.reduce((sum, row) => sum + row[column], 0)
}

export function timesOf({ times }: Figures, what: TimesRow['what']): TimesRow | undefined {
  return times.find((row) => row.what === what)
}
