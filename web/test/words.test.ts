import { describe, expect, it } from 'vitest'
import { texts as de } from '../src/languages/de'
import { texts as en } from '../src/languages/en'
import type { Decision, Message } from '../src/messages'
import { localDay, Words } from '../src/words'

const words = new Words('en-US', en)
const german = new Words('de-DE', de)

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
    expect(words.money(amount, currency)).toBe(written)
  })

  it('is written as the customer writes it', () => {
    expect(german.money('1189.00', 'EUR')).toBe('1.189,00\u00a0€')
  })
})

describe('a deadline', () => {
  const now = new Date(2026, 2, 5, 23, 30)

  it('that is a day is that day wherever the customer is', () => {
    expect(words.deadline('2026-03-10')).toBe('Tuesday, March 10, 2026')
    expect(german.deadline('2026-03-10')).toBe('Dienstag, 10. März 2026')
  })

  it.each([
    ['2026-03-10', '5 days left', 'noch 5 Tage'],
    ['2026-06-16', '', ''],
    ['2026-03-06', '1 day left', 'noch 1 Tag'],
    ['2026-03-05', 'today is the last day', 'heute ist der letzte Tag'],
    ['2026-03-04', 'over', 'vorbei'],
  ])('%s leaves: %s', (day, left, links) => {
    expect(words.timeLeft(day, now)).toBe(left)
    expect(german.timeLeft(day, now)).toBe(links)
  })

  it.each([
    [21 * 60, '21 hours left'],
    [21 * 60 + 20, '21 hours 20 minutes left'],
    [61, '1 hour 1 minute left'],
    [30, '30 minutes left'],
    [0.5, 'less than a minute left'],
    [-1, 'over'],
  ])('that is a moment %s minutes away leaves: %s', (minutes, left) => {
    expect(words.timeLeft(new Date(now.getTime() + minutes * 60_000).toISOString(), now)).toBe(left)
  })
})

describe('a decision is named', () => {
  it('by what the customer gets, else by what they wanted', () => {
    expect(words.subject(decision({ outcome: 'eligible', remedy: 'full_refund' }))).toBe('Full refund')
    expect(words.subject(decision({ wants: 'replacement' }))).toBe('Replacement or repair')
    expect(words.subject(decision({ wants: null }))).toBe('Your case')
  })
})

describe('a date field', () => {
  it('knows today as the customer does, at any hour', () => {
    expect(localDay(new Date(2026, 2, 5, 0, 1))).toBe('2026-03-05')
    expect(localDay(new Date(2026, 10, 25, 23, 59))).toBe('2026-11-25')
  })
})

describe('who answers', () => {
  it('is said with the place in line, and by name', () => {
    const waiting = { type: 'handover' as const, state: 'waiting' as const, reason: null, agent: null }

    expect(words.handover({ ...waiting, position: 2 })).toBe('Waiting for a person. You are number 2 in line.')
    expect(words.handover({ ...waiting, position: null })).toBe('Waiting for a person.')
    expect(words.handover({ state: 'agent', agent: { name: 'Ann' }, position: null })).toBe('Ann has joined.')
  })
})

describe('a language', () => {
  it('has no text left in another one', () => {
    const same = Object.keys(en).filter((key) => en[key as 'send'] === de[key as 'send'])

    expect(same).toEqual(['emailExample', 'orderExample'])
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
    expect(words.readOut(said({ text: 'Hello' }))).toBe('Assistant: Hello')
    expect(words.readOut(said({ text: 'Hello', author: { kind: 'agent', name: 'Ann' } }))).toBe('Ann: Hello')
  })

  it('a card is one sentence', () => {
    const custom = { type: 'decision' as const, decision: decision({}), order_number: null, items: [] }

    expect(words.readOut(said({ custom }))).toBe('Assistant: Decision on Refund: Not eligible.')
  })

  it('a question names its answers, and says nothing when it has none', () => {
    const ask = { type: 'ask' as const, fact: 'item', input: 'choice' as const }

    expect(words.readOut(said({ custom: { ...ask, options: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }] } }))).toBe(
      'Assistant: Answers to choose from: A, B.',
    )
    expect(words.readOut(said({ custom: ask }))).toBe('')
  })
})
