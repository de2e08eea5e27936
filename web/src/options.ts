// What the shop sets: attributes of the script element, or what is handed to init().

import type { Texts } from './languages/en'

export interface Options {
  /** The web service's address; by default where the script came from. */
  server?: string
  /** The shop's colour, as CSS writes it. */
  color?: string
  side?: 'left' | 'right'
  theme?: 'light' | 'dark' | 'auto'
  /** A language, as `de` or `de-CH`; by default the page's own. */
  lang?: string
  title?: string
  greeting?: string
  /** Open at once, on screens with room for it. */
  open?: boolean
  /** Any text of the widget. Only with init(). */
  texts?: Partial<Texts>
}

/** The script's `data-` attributes; `data-open` needs no value. */
export function optionsOf({ dataset }: HTMLElement): Options {
  const { open, init: _, ...named } = dataset
  return { ...(named as Options), ...(open !== undefined && { open: open !== 'false' }) }
}

/** The language that is to be spoken, in its proper form. */
export function localeOf(lang: string | undefined): string {
  for (const wanted of [lang, document.documentElement.lang, navigator.language]) {
    try {
      const [locale] = Intl.getCanonicalLocales(wanted || [])
      if (locale) return locale
    } catch {
      // not a language
    }
  }
  return 'en'
}
