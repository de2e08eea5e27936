// Which way a language is written.

const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ps|ur|yi)\b/i

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr'
}
