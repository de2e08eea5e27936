// widget.js: the one script that a shop puts on its pages. Small, since every visitor loads it.

import { Launcher } from './launcher'
import type { EventName } from './mounting'
import { type Options, optionsOf } from './options'

type Listener = (details: unknown) => void

export interface InomegaChat {
  /** Puts the launcher on the page, in place of one that is there already. */
  init(options?: Options): void
  /** Opens the chat; `message` stands ready to be sent. */
  open(options?: { message?: string }): void
  close(): void
  /** Takes everything away; the conversation can be gone on with after another init(). */
  destroy(): void
  /** Calls `listener` at each such event from now on; what is given back ends that. */
  on(event: EventName, listener: Listener): () => void
}

declare global {
  interface Window {
    InomegaChat?: InomegaChat
  }
}

function create(script: HTMLScriptElement): InomegaChat {
  const source = { address: new URL(script.src), nonce: script.nonce }
  const listeners = new Map<EventName, Set<Listener>>()
  let launcher: Launcher | undefined

  const tell = (event: EventName, details?: unknown) => {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        listener(details)
      } catch (error) {
        console.error(error) // the page's own fault mustn't hold up the chat
      }
    }
  }
  const chat: InomegaChat = {
    init(options = {}) {
      chat.destroy()
      launcher = new Launcher({ ...optionsOf(script), ...options }, source, tell)
    },
    open: ({ message } = {}) => void launcher?.open(message),
    close: () => launcher?.close(),
    destroy() {
      launcher?.destroy()
      launcher = undefined
    },
    on(event, listener) {
      const those = listeners.get(event) ?? new Set()
      listeners.set(event, those.add(listener))
      return () => void those.delete(listener)
    },
  }
  const begin = () => setTimeout(() => launcher ?? chat.init()) // unless the page has called init() by then
  if (script.dataset.init !== 'manual') {
    if (document.body) begin()
    else document.addEventListener('DOMContentLoaded', begin, { once: true })
  }
  return chat
}

const script = document.currentScript
if (script instanceof HTMLScriptElement) window.InomegaChat ??= create(script)
