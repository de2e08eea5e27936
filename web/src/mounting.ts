// What the loader and the chat that it loads say to each other.

import type { Texts } from './languages/en'
import type { Options } from './options'

/** What the page can listen to; `on` gets the name and the details. */
export type EventName = 'open' | 'close' | 'message' | 'decision' | 'request' | 'handover'

export interface Settings {
  options: Options
  /** Where the loader came from. */
  source: URL
  locale: string
  texts: Texts
}

export interface Listener {
  unread(count: number): void
  /** The customer closed it. */
  closed(): void
  happened(event: EventName, details: unknown): void
}

export interface Mounted {
  /** `isAsked`: the customer wants it, so the focus goes there. `message` stands ready to be sent. */
  open(isAsked: boolean, message?: string): void
  close(): void
  destroy(): void
}

/** chat.js leaves `mount` on its own script element, and chat.en.js and its like `texts`. */
export interface Scripts {
  mount: Mount
  texts: Texts
}

export type Mount = (shadow: ShadowRoot, root: HTMLElement, settings: Settings, listener: Listener) => Mounted
