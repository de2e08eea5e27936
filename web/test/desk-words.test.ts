import { describe, expect, it } from 'vitest'
import { ago, factName, factValue, isCorrectable, lineOf, shortened, spelled, texts, titleOf, waited } from '../src/desk/words'
import { SHORTCUTS } from '../src/desk/shortcuts'
import type { Message } from '../src/messages'

describe('waiting time', () => {
  it.each([
    [-3, '0:00'],
    [7.9, '0:07'],
    [750, '12:30'],
    [3849, '1:04:09'],
  ])('%s seconds read %s', (seconds, read) => expect(waited(seconds)).toBe(read))
})

describe('how long ago', () => {
  it.each([
    [59, 'now'],
    [60, '1 min'],
    [7199, '1 h'],
    [2 * 86400, '2 d'],
  ])('%s seconds are %s', (seconds, read) => expect(ago(seconds)).toBe(read))
})

describe('facts', () => {
  it.each([
    ['claim.working', true, 'Yes'],
    ['claim.working', false, 'No'],
    ['claim.reason', 'not_received', 'Never arrived'],
    ['wants', 'replacement', 'Replacement or repair'],
    ['order.delivered_at', '2026-11-20', 'Nov 20, 2026'],
    ['claim.tampered', null, 'not known'],
  ])('%s = %s reads %s', (fact, value, read) => expect(factValue(fact, value)).toBe(read))

  it('all have a name', () => {
    for (const fact of ['wants', 'claim.reason', 'order.placed_at', 'order.delivered_at', 'claim.working',
      'claim.original_packaging', 'claim.original_purchaser', 'claim.tampered']) expect(factName(fact)).not.toBe(fact)
  })

  it('of the shop’s records stay as they are', () => {
    expect(isCorrectable({ fact: 'order.placed_at', value: '2026-11-01', source: 'order' })).toBe(false)
    expect(isCorrectable({ fact: 'claim.working', value: null, source: null })).toBe(true)
    expect(isCorrectable({ fact: 'claim.working', value: true, source: 'customer' })).toBe(true)
  })
})

describe('a message in one line', () => {
  const message = (more: Partial<Message>): Message => ({ seq: 1, at: '', author: { kind: 'customer', name: null }, ...more })

  it('is its words without breaks', () => expect(lineOf(message({ text: 'one\n two' }))).toBe('one two'))
  it('of a photo says so', () => expect(lineOf(message({ custom: { type: 'photo', id: 'x', width: 1, height: 1 } }))).toBe('Photo'))
  it('of nothing is nothing', () => expect(lineOf(null)).toBe(''))
})

it('the title counts who calls', () => {
  expect(titleOf(0)).toBe(`Desk – ${texts.shop}`)
  expect(titleOf(3)).toBe(`(3) Desk – ${texts.shop}`)
})

it('what is read out has an end', () => expect(shortened('x'.repeat(200))).toHaveLength(90))
it('names of rules become words', () => expect(spelled('after_the_refund_window')).toBe('after the refund window'))
it('every shortcut is explained', () => {
  for (const name of Object.values(SHORTCUTS)) expect(texts.shortcuts[name]).toBeTruthy()
})
