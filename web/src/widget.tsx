// chat.js: the chat itself, loaded by the loader when it is wanted.

import { render } from 'preact'
import { Policy } from './cards'
import { Chat } from './chat'
import { unread } from './conversation'
import { directionOf } from './direction'
import { download } from './download'
import type { Clause, Message } from './messages'
import type { Listener, Mount, Mounted, Settings } from './mounting'
import { Panel } from './panel'
import { drawRecord, recordAsPage } from './record'
import styles from './widget.css?inline'
import { Speaking, Words } from './words'

/** From here on down the chat takes the whole screen, and keeps the focus. */
const SMALL = '(max-width: 540px), (max-height: 540px)'

/** On paper the transcript stands alone. */
const ALONE =
  '@media print{body>:not(inomega-chat){display:none!important}body{margin:0!important;height:auto!important;overflow:visible!important}}'

class Widget implements Mounted {
  private readonly dialog = document.createElement('dialog')
  private readonly small = matchMedia(SMALL)
  private readonly paper = matchMedia('print')
  private readonly styles = sheet(styles)
  private readonly words: Words
  private readonly chat: Chat
  private policy = new Map<string, Clause>()
  private draft = ''

  constructor(
    private readonly shadow: ShadowRoot,
    private readonly root: HTMLElement,
    { options, source, locale, texts }: Settings,
    private readonly listener: Listener,
  ) {
    const { server, title, greeting } = options
    const own = { ...(title && { title }), ...(greeting && { greeting }), ...options.texts }
    this.words = new Words(locale, { ...texts, ...own })
    root.dir = directionOf(locale)
    this.dialog.setAttribute('aria-label', this.words.texts.title)
    this.dialog.tabIndex = -1
    this.dialog.addEventListener('keydown', this.onKey)
    this.dialog.addEventListener('cancel', this.onCancel)
    shadow.adoptedStyleSheets.push(this.styles)
    root.append(this.dialog)
    this.small.addEventListener('change', this.fit)
    this.paper.addEventListener('change', this.onPaper)
    document.addEventListener('visibilitychange', this.draw)
    const service = server ? new URL(server.replace(/\/?$/, '/'), location.href) : new URL('..', source)
    this.chat = new Chat(service, locale, this.draw, {
      message: (message) => this.onMessage(message),
      state: (state) => listener.happened('handover', { state }),
    })
    void this.loadPolicy()
  }

  open(isAsked: boolean, message?: string): void {
    if (message !== undefined) this.draft = message
    if (!this.dialog.open) this.show()
    this.draw()
    const field = this.dialog.querySelector('textarea')
    // On a phone the field would bring up the keyboard, over what there is to read.
    if (isAsked) (this.small.matches && message === undefined ? this.dialog : (field ?? this.dialog)).focus()
  }

  close(): void {
    this.dialog.close()
  }

  destroy(): void {
    this.chat.close()
    this.small.removeEventListener('change', this.fit)
    this.paper.removeEventListener('change', this.onPaper)
    document.removeEventListener('visibilitychange', this.draw)
    render(null, this.dialog)
    this.dialog.remove()
    this.shadow.adoptedStyleSheets = this.shadow.adoptedStyleSheets.filter((each) => each !== this.styles)
  }

  private readonly draw = (): void => {
    if (this.dialog.open && !document.hidden) this.chat.read()
    render(
      <Speaking value={this.words}>
        <Policy.Provider value={this.policy}>
          <Panel
            chat={this.chat}
            draft={this.draft}
            onDraft={(text) => {
              this.draft = text
              this.draw()
            }}
            close={() => this.listener.closed()}
            save={() => void this.save()}
            print={() => void this.print()}
          />
        </Policy.Provider>
      </Speaking>,
      this.dialog,
    )
    this.listener.unread(this.dialog.open ? 0 : unread(this.chat.conversation))
  }

  private show(): void {
    if (this.small.matches) this.dialog.showModal()
    else this.dialog.open = true // show() would take the focus, asked or not
  }

  private readonly fit = (): void => {
    if (!this.dialog.open) return
    const focused = this.shadow.activeElement
    this.dialog.close()
    this.show()
    if (focused instanceof HTMLElement) focused.focus()
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    this.listener.closed()
  }

  private readonly onCancel = (event: globalThis.Event): void => {
    event.preventDefault()
    this.listener.closed()
  }

  private onMessage(message: Message): void {
    this.listener.happened('message', message)
    const type = message.custom?.type
    if (type === 'decision' || type === 'request') this.listener.happened(type, message.custom)
  }

  private async loadPolicy(): Promise<void> {
    try {
      const response = await fetch(new URL('policy/clauses', this.chat.server))
      const clauses: Clause[] = response.ok ? await response.json() : []
      this.policy = new Map(clauses.map((clause) => [clause.id, clause]))
      this.draw()
    } catch {
      // Behind the fold stand the clauses' names, then.
    }
  }

  private async save(): Promise<void> {
    const rules = this.shadow.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules])
    const page = await recordAsPage(this.recorded(), rules.map(({ cssText }) => cssText).join(''))
    download('conversation.html', 'text/html', page)
  }

  private async print(): Promise<void> {
    const done = await this.putOnPaper()
    const alone = sheet(ALONE)
    document.adoptedStyleSheets.push(alone)
    const clear = () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== alone)
      done()
    }
    addEventListener('afterprint', clear, { once: true })
    print()
  }

  /** Who prints the page with the chat open gets the transcript, too, on sheets of its own. */
  private readonly onPaper = ({ matches }: MediaQueryListEvent): void => {
    if (!matches || !this.dialog.open || this.shadow.querySelector('.paper')) return
    void this.putOnPaper().then((done) => this.paper.addEventListener('change', done, { once: true }))
  }

  private async putOnPaper(): Promise<() => void> {
    const paper = document.createElement('div')
    paper.className = 'paper'
    this.root.append(paper)
    await drawRecord(paper, this.recorded())
    return () => {
      render(null, paper)
      paper.remove()
    }
  }

  private recorded() {
    const { chat, policy, words } = this
    return { conversation: chat.conversation, policy, words, photo: (id: string) => chat.photo(id) }
  }
}

function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet()
  made.replaceSync(text)
  return made
}

const mount: Mount = (shadow, root, settings, listener) => new Widget(shadow, root, settings, listener)
Object.assign(document.currentScript ?? {}, { mount })
