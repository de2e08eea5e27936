import { describe, expect, it } from 'vitest'
import { calendarFile } from '../src/calendar'

const NOW = new Date('2026-03-05T12:00:00Z')
const entry = (more: object = {}) =>
  calendarFile({ at: '2026-03-31', id: 'INO-1-refund', title: 'Last day: Refund', details: 'Send it back.', ...more }, NOW)
/** The lines as a calendar reads them: folding undone. */
const lines = (file: string) => file.replaceAll('\r\n ', '').split('\r\n')

describe('a calendar file', () => {
  it('has what every calendar asks for', () => {
    expect(lines(entry())).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//policy assistant//support chat//EN',
      'BEGIN:VEVENT',
      'UID:INO-1-refund@support-chat',
      'DTSTAMP:20260305T120000Z',
      'DTSTART;VALUE=DATE:20260331',
      'DTEND;VALUE=DATE:20260401',
      'SUMMARY:Last day: Refund',
      'DESCRIPTION:Send it back.',
      'TRANSP:TRANSPARENT',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Last day: Refund',
      'TRIGGER:-P1D',
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ])
  })

  it('puts a moment down in universal time', () => {
    const file = lines(entry({ at: '2026-03-05T23:30:00-08:00' }))

    expect(file).toContain('DTSTART:20260306T073000Z')
    expect(file).toContain('TRIGGER:-PT1H')
  })

  it('escapes what would mean something', () => {
    const file = lines(entry({ title: 'a;b,c\\d\nEND:VCALENDAR\r\nx\u0007' }))

    expect(file).toContain('SUMMARY:a\\;b\\,c\\\\d\\nEND:VCALENDAR\\nx ')
    expect(file.filter((line) => line === 'END:VCALENDAR')).toHaveLength(1)
  })

  it('folds long lines at 75 octets, and cuts no character', () => {
    const title = 'Rückgabe 📷 '.repeat(30)
    const file = entry({ title })

    for (const line of file.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
    expect(file).not.toContain('\ufffd')
    expect(lines(file)).toContain(`SUMMARY:${title}`)
  })
})
