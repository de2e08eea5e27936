// The button in the corner, in a shadow root of its own, and whatever it opens.

import { SESSION } from './keys'
import { launcher as de } from './languages/de'
import { launcher as en, type LauncherTexts } from './languages/en'
import styles from './launcher.css?inline'
import type { EventName, Mounted, Scripts } from './mounting'
import { localeOf, type Options } from './options'

const LANGUAGES: Record<string, LauncherTexts> = { de, en }
const WAS_OPEN = 'inomega-chat-open'
const ROOMY = 540 // px; up to there the opened chat fills the screen

export class Launcher {
  private readonly host = make('inomega-chat')
  private readonly shadow = this.host.attachShadow({ mode: 'open' })
  private readonly root = make('div', { className: 'root' })
  private readonly badge = make('b')
  private readonly status = make('p', { role: 'status' })
  private readonly button = make('button', {
    className: 'launcher',
    type: 'button',
    onclick: () => (this.isOpen ? this.close() : this.open()),
    onpointerenter: () => this.load().catch(() => {}),
  })
  private readonly locale: string
  private readonly language: string
  private readonly texts: LauncherTexts
  private chat: Promise<Mounted> | undefined
  private mounted: Mounted | undefined
  private isOpen = false
  private isGone = false

  constructor(
    private readonly options: Options,
    private readonly script: { address: URL; nonce: string },
    private readonly tell: (event: EventName, details?: unknown) => void,
  ) {
    const { lang, open, color = '', side = 'right', theme = 'auto' } = options
    this.locale = localeOf(lang)
    const language = this.locale.slice(0, 2)
    this.language = language in LANGUAGES ? language : 'en'
    this.texts = LANGUAGES[this.language] ?? en

    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    this.shadow.adoptedStyleSheets = [sheet]
    this.root.lang = this.locale
    this.root.dataset.side = side
    this.root.style.colorScheme = theme === 'auto' ? 'light dark' : theme
    if (CSS.supports('color', color)) this.root.style.setProperty('--accent', color)
    this.button.append(make('i'), this.badge)
    const corner = make('div', { className: 'corner' })
    corner.append(this.status, this.button)
    this.root.append(corner)
    this.shadow.append(this.root)
    this.show(0)
    document.body.append(this.host)

    const wasOpen = stored(() => sessionStorage[WAS_OPEN])
    if (wasOpen === 'yes' || (open && !wasOpen && Math.min(innerWidth, innerHeight) > ROOMY)) void this.open(undefined, false)
    else if (stored(() => localStorage[SESSION])) {
      whenIdle(() => this.isGone || this.load().catch(() => {}))
    }
  }

  async open(message?: string, isAsked = true): Promise<void> {
    try {
      this.button.ariaBusy = 'true'
      const chat = await this.load()
      if (this.isGone) return
      const wasOpen = this.isOpen
      this.become(true)
      chat.open(isAsked, message)
      if (!wasOpen) this.tell('open')
    } catch (error) {
      console.error(error)
      this.say(this.texts.failed, true)
    } finally {
      this.button.ariaBusy = null
    }
  }

  close(): void {
    if (!this.isOpen) return
    const hadFocus = this.shadow.activeElement
    this.mounted?.close()
    this.become(false)
    if (hadFocus) this.button.focus()
    this.tell('close')
  }

  destroy(): void {
    this.isGone = true
    this.mounted?.destroy()
    this.host.remove()
  }

  private become(isOpen: boolean): void {
    this.isOpen = isOpen
    this.root.classList.toggle('open', isOpen)
    stored(() => (sessionStorage[WAS_OPEN] = isOpen ? 'yes' : 'no'))
    this.say('')
    this.show(0)
  }

  /** What the button is called, and what it wears. News that come while the chat is closed are told by it. */
  private show(unread: number): void {
    const { open, close, unread: news } = this.texts
    const count = unread ? `${unread}` : ''
    this.button.ariaLabel = this.isOpen ? close : count ? `${open}, ${news(unread)}` : open
    this.button.ariaExpanded = `${this.isOpen}`
    if (count && count !== this.badge.textContent) this.say(news(unread))
    this.badge.textContent = count
  }

  private say(text: string, isSeen = false): void {
    this.status.textContent = text
    this.status.className = isSeen ? 'failed' : 'hidden'
  }

  private load(): Promise<Mounted> {
    this.chat ??= this.fetch().catch((error: unknown) => {
      this.chat = undefined // the next time may be luckier
      throw error
    })
    return this.chat
  }

  private async fetch(): Promise<Mounted> {
    const [chat, { texts }] = await Promise.all([this.run('chat.js'), this.run(`chat.${this.language}.js`)])
    const settings = { options: this.options, source: this.script.address, locale: this.locale, texts }
    this.mounted = chat.mount(this.shadow, this.root, settings, {
      unread: (count) => this.show(count),
      closed: () => this.close(),
      happened: this.tell,
    })
    if (this.isGone) this.mounted.destroy()
    return this.mounted
  }

  /** Runs a script from beside our own: a classic one, so that its server needs to allow nothing. */
  private run(name: string): Promise<Scripts> {
    const { address, nonce } = this.script
    const script = make('script', { src: new URL(name, address).href, nonce })
    return new Promise<Scripts>((onload, onerror) => {
      script.onload = () => onload(script as unknown as Scripts)
      script.onerror = onerror
      document.head.append(script)
    }).finally(() => script.remove())
  }
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, properties?: object): HTMLElementTagNameMap[Name]
function make(name: string): HTMLElement
function make(name: string, properties = {}): HTMLElement {
  return Object.assign(document.createElement(name), properties)
}

function whenIdle(action: () => void): void {
  ;(window.requestIdleCallback ?? setTimeout)(action)
}

/** Where no storage is allowed, nothing is remembered. */
function stored(access: () => unknown): unknown {
  try {
    return access()
  } catch {
    return undefined
  }
}
