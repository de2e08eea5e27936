// A deadline as a calendar file (RFC 5545), made here.

import { isDay } from './words'

const LONGEST_LINE = 75 // octets, without the line's end
const DAY = 24 * 60 * 60 * 1000

export interface Entry {
  /** A day, or a moment with its offset. */
  at: string
  /** The same for the same deadline, so that adding it twice changes nothing. */
  id: string
  title: string
  details: string
}

/** The file's text: an entry on the day, or at the moment, with a reminder a day (an hour) before. */
export function calendarFile({ at, id, title, details }: Entry, now: Date): string {
  const when = isDay(at)
    ? [`DTSTART;VALUE=DATE:${day(at)}`, `DTEND;VALUE=DATE:${day(new Date(Date.parse(at) + DAY).toISOString())}`]
    : [`DTSTART:${moment(new Date(at))}`, `DTEND:${moment(new Date(at))}`]
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//policy assistant//support chat//EN',
    'BEGIN:VEVENT',
    `UID:${escaped(id)}@support-chat`,
    `DTSTAMP:${moment(now)}`,
    ...when,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(details)}`,
    'TRANSP:TRANSPARENT',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(title)}`,
    `TRIGGER:${isDay(at) ? '-P1D' : '-PT1H'}`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('')
}

function day(date: string): string {
  return date.slice(0, 10).replaceAll('-', '')
}

function moment(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

function escaped(text: string): string {
  const printable = text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
  return printable.replace(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n')
}

/** Long lines go on in the next one after a blank; no character is cut in two. */
function folded(line: string): string {
  let written = ''
  let octets = 0
  for (const character of line) {
    const size = new TextEncoder().encode(character).length
    if (octets + size > LONGEST_LINE) {
      written += '\r\n '
      octets = 1
    }
    written += character
    octets += size
  }
  return written
}
