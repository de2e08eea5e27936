import { describe, expect, it } from 'vitest'
import type { Decision, Message } from '../src/messages'
import { deadline, inWords, localDay, money, subject, timeLeft } from '../src/words'

const decision = (more: Partial<Decision>): Decision => ({
  wants: 'refund',
  outcome: 'not_eligible',
  remedy: null,
  clauses: [],
  refund: null,
  deadline: null,
  next_steps: [],
  alternatives: [],
  explanation: 'Because.',
  ...more,
})

describe('money', () => {
  it.each([
    ['189.00', 'USD', '$189.00'],
    ['-9.90', 'EUR', '−€9.90'],
    ['1200', 'JPY', '¥1,200'],
    ['5.00', 'not a currency', '5.00 not a currency'],
  ])('%s %s is written %s', (amount, currency, written) => {
    expect(money(amount, currency)).toBe(written)
  })
})

describe('a deadline', () => {
  const now = new Date(2026, 2, 5, 23, 30)

  it('that is a day is that day wherever the customer is', () => {
    expect(deadline('2026-03-10')).toBe('Tuesday, March 10, 2026')
  })

  it.each([
    ['2026-03-10', '5 days left'],
    ['2026-06-16', ''],
    ['2026-03-06', '1 day left'],
    ['2026-03-05', 'today is the last day'],
    ['2026-03-04', 'over'],
  ])('%s leaves: %s', (day, left) => {
    expect(timeLeft(day, now)).toBe(left)
  })

  it.each([
    [21, '21 hours left'],
    [1, '1 hour left'],
    [0.5, 'less than an hour left'],
    [-1, 'over'],
  ])('that is a moment %s hours away leaves: %s', (hours, left) => {
    expect(timeLeft(new Date(now.getTime() + hours * 3_600_000).toISOString(), now)).toBe(left)
  })
})

describe('a decision is named', () => {
  it('by what the customer gets, else by what they wanted', () => {
    expect(subject(decision({ outcome: 'eligible', remedy: 'full_refund' }))).toBe('Full refund')
    expect(subject(decision({ wants: 'replacement' }))).toBe('Replacement or repair')
    expect(subject(decision({ wants: null }))).toBe('Your case')
  })
})

describe('a date field', () => {
  it('knows today as the customer does, at any hour', () => {
    expect(localDay(new Date(2026, 2, 5, 0, 1))).toBe('2026-03-05')
    expect(localDay(new Date(2026, 10, 25, 23, 59))).toBe('2026-11-25')
  })
})

describe('read out', () => {
  const said = (more: Partial<Message>): Message => ({
    seq: 1,
    at: '2026-03-05T12:00:00+00:00',
    author: { kind: 'assistant', name: 'Assistant' },
    ...more,
  })

  it('a text comes with who says it', () => {
    expect(inWords(said({ text: 'Hello' }))).toBe('Assistant: Hello')
    expect(inWords(said({ text: 'Hello', author: { kind: 'agent', name: 'Ann' } }))).toBe('Ann: Hello')
  })

  it('a card is one sentence', () => {
    const custom = { type: 'decision' as const, decision: decision({}), order_number: null, items: [] }

    expect(inWords(said({ custom }))).toBe('Assistant: Decision on refund: Not eligible.')
  })

  it('a question names its answers, and says nothing when it has none', () => {
    const ask = { type: 'ask' as const, fact: 'item', input: 'choice' as const }

    expect(inWords(said({ custom: { ...ask, options: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }] } }))).toBe(
      'Assistant: Answers to choose from: A, B.',
    )
    expect(inWords(said({ custom: ask }))).toBe('')
  })
})
