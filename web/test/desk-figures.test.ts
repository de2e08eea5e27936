import { describe, expect, it } from 'vitest'
import { meaningOf, percent, spoken, texts } from '../src/desk/figures/words'

describe('the meaning of a figure', () => {
  it.each([
    'Period',
    'Conversations',
    'Handovers',
    'Half within, nine in ten within',
    'Outcomes',
    'Ratings',
    'Not understood',
    'Groups',
    ...Object.values(texts.fate),
    ...Object.values(texts.time),
    ...Object.values(texts.money),
  ])('of “%s” stands in docs/figures.md', (figure) => {
    expect(meaningOf(figure)).toMatch(/\.$/)
  })

  it('can’t be missing', () => {
    expect(() => meaningOf('Made up')).toThrow('docs/figures.md')
  })
})

describe('how figures are said', () => {
  it.each([
    [null, '–'],
    [0, '0 s'],
    [45, '45 s'],
    [61, '1 min'],
    [3600, '1 h'],
    [11_100, '3 h 5 min'],
  ])('%s seconds: %s', (seconds, said) => expect(spoken(seconds)).toBe(said))

  it('has no share of nothing', () => {
    expect(percent(0, 0)).toBe('–')
    expect(percent(1, 2)).toMatch(/^50\s?%$/)
  })
})
