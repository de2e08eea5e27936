// What the page does: keeps the state, asks the server, listens to it, and sends what is unsent.

import type { Message } from '../messages'
import { Api, type Kind, type Me, Refusal, type Reply, type Summary, type Value } from './api'
import { chime, showCount } from './attention'
import { Live } from './live'
import type { Mode } from './composer'
import * as memory from './memory'
import { callsOf, type Desk as State, type Event, isMine, lastSeq, next, nextToSend, NOTHING, type Unsent } from './state'
import { lineOf, reasonOf, shortened, texts } from './words'

const SOON = 400 // ms in which several pieces of news are asked for at once
const PAUSE = 2000 // ms before a message is sent again
const WRITING = 4000 // ms without a letter until one has stopped writing

export class Desk {
  state: State = NOTHING
  /** The last thing that didn't work, as a sentence. */
  notice = ''
  /** What a screen reader says next. */
  announcement = ''
  readonly api = new Api(() => this.state.me && this.leave(texts.ended))
  hasShortcuts = memory.hasShortcuts()
  private composing: ((mode: Mode) => void) | undefined
  private prepared: Promise<Reply[]> | undefined
  private live: Live | undefined
  private readonly refreshes = new Map<string, Refresh>()
  private readonly sending = new Set<string>()
  private readonly writing = new Map<string, ReturnType<typeof setTimeout>>()
  private drawing = 0

  constructor(private readonly changed: () => void) {
    addEventListener('hashchange', () => this.open(idInAddress()))
    document.addEventListener('visibilitychange', () => this.look())
    addEventListener('focus', () => this.look())
  }

  /** Who is signed in, if anybody is. */
  async begin(): Promise<void> {
    this.happened({ type: 'opened', id: idInAddress() })
    await this.enter(await this.api.me())
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.enter(await this.api.signIn(name, password))
  }

  async signOut(): Promise<void> {
    await this.api.signOut()
    memory.forget()
    this.leave('')
  }

  /** Shows this conversation; null shows none. */
  open(id: string | null): void {
    const { openId, me } = this.state
    if (id === openId || !me) return
    if (openId) {
      this.writes(openId, false)
      this.live?.unwatch(openId)
    }
    this.say('')
    this.happened({ type: 'opened', id })
    this.drawNow() // the next letter must not land in the field of the customer before
    if (idInAddress() !== id) history.replaceState(null, '', id ? `#${id}` : location.pathname)
    if (id) void this.follow(id)
    this.look()
  }

  draft(id: string, text: string): void {
    this.happened({ type: 'drafted', id, text })
  }

  write(id: string, text: string): void {
    const clientId = crypto.getRandomValues(new Uint32Array(4)).join('-')
    this.happened({ type: 'drafted', id, text: '' })
    this.happened({ type: 'wrote', unsent: { id, clientId, text } })
    this.writes(id, false)
    this.send(id)
  }

  retry({ id, clientId }: Unsent): void {
    this.happened({ type: 'retried', clientId })
    this.send(id)
  }

  discard({ id, clientId }: Unsent): void {
    this.happened({ type: 'discarded', clientId })
    this.send(id)
  }

  /** The customer sees that somebody writes, for as long as letters come. */
  writes(id: string, on: boolean): void {
    const before = this.writing.get(id)
    clearTimeout(before)
    this.writing.delete(id)
    if (on) this.writing.set(id, setTimeout(() => this.writes(id, false), WRITING))
    if (on !== (before !== undefined) && isMine(this.state, id)) this.live?.typing(id, on)
  }

  /** Taken over, it is there to be answered. */
  takeOver = async (id: string) => {
    if (await this.change(() => this.api.claim(id))) this.compose('reply')
  }

  handBack = (id: string) => this.change(() => this.api.handBack(id))
  putBack = (id: string) => this.change(() => this.api.putBack(id))
  passOn = (id: string, agent: string) => this.change(() => this.api.passOn(id, agent))
  end = (id: string, reason: string) => this.change(() => this.api.close(id, reason))

  note = (id: string, text: string) =>
    this.trying(async () => this.happened({ type: 'noted', id, note: await this.api.note(id, text) }))

  correct = (id: string, fact: string, value: Value) =>
    this.trying(async () => {
      const { decision, facts } = await this.api.correct(id, fact, value)
      this.happened({ type: 'decided', id, decision, facts })
      const isStillAgents = value === null && facts.some((each) => each.fact === fact && each.source === 'agent')
      if (isStillAgents) this.say(texts.takenAlready)
    })

  file = (id: string, kind: Kind) =>
    this.trying(async () => {
      const { request } = await this.api.file(id, kind)
      this.happened({ type: 'requested', id, request })
      this.announcement = texts.filed(request.reference)
    })

  move = (id: string, reference: string, status: string, note: string) =>
    this.trying(async () => {
      const { request } = await this.api.move(reference, status, note)
      this.happened({ type: 'requested', id, request })
    })

  more = (state: 'assistant' | 'closed' | 'waiting' | 'agent') =>
    this.trying(async () => {
      const page = await this.api.page(state, this.state.further[state])
      this.happened({ type: 'listed further', state, page })
    })

  /** Prepared replies, asked for once. */
  replies(): Promise<Reply[]> {
    this.prepared ??= this.api.replies().catch((error) => {
      this.prepared = undefined
      throw error
    })
    return this.prepared
  }

  /** Lets the agent write a reply, or a note. */
  compose(mode: Mode): void {
    this.composing?.(mode)
  }

  /** The field listens for what it is wanted for. */
  onCompose(composing: (mode: Mode) => void): () => void {
    this.composing = composing
    return () => {
      if (this.composing === composing) this.composing = undefined
    }
  }

  setShortcuts(on: boolean): void {
    this.hasShortcuts = on
    memory.setShortcuts(on)
    this.draw()
  }

  say(notice: string): void {
    this.notice = notice
    this.draw()
  }

  private async enter(me: Me): Promise<void> {
    this.notice = ''
    this.happened({ type: 'signed in', me, kept: memory.recall(me.name) })
    this.live?.close()
    this.live = new Live({
      connected: () => void this.connected(),
      disconnected: () => this.happened({ type: 'disconnected' }),
      refused: () => this.leave(texts.ended),
      told: (summary) => this.told(summary),
      received: (id, message) => this.received(id, message),
      typing: (id, on, author) => author.name !== me.name && this.happened({ type: 'typing', id, on, author }),
      read: (id, seq) => this.happened({ type: 'read', id, seq }),
    })
  }

  private leave(notice: string): void {
    this.live?.close()
    this.live = undefined
    for (const refresh of this.refreshes.values()) refresh.stop()
    this.refreshes.clear()
    this.notice = notice
    this.happened({ type: 'signed out' })
  }

  /** After every connecting, everything is asked for anew: nothing that is shown may be older than the connection. */
  private async connected(): Promise<void> {
    this.happened({ type: 'connected' })
    const { openId, unsent } = this.state
    if (openId) void this.follow(openId)
    for (const id of new Set(unsent.map((each) => each.id))) this.send(id)
    this.refresh('lists', async () => {
      const [waiting, agent, assistant, closed] = await Promise.all([
        this.all('waiting'),
        this.all('agent'),
        this.api.page('assistant'),
        this.api.page('closed'),
      ])
      const isFirst = !this.state.isListed
      const known = new Set(this.state.conversations.keys())
      this.happened({ type: 'listed', pages: { waiting, agent, assistant, closed } })
      const arrived = waiting.conversations.find(({ id }) => !known.has(id))
      if (arrived && !isFirst) this.call(arrived)
      this.look()
    })
  }

  /** Everybody who waits or is answered by an agent, however many pages that takes. */
  private async all(state: 'waiting' | 'agent') {
    const page = await this.api.page(state)
    while (page.next) {
      const following = await this.api.page(state, page.next)
      page.conversations.push(...following.conversations)
      page.next = following.next
    }
    return page
  }

  /** Asks for the conversation and has its messages sent from where they are known. */
  private async follow(id: string): Promise<void> {
    const known = this.state.opened.get(id)
    if (known) this.live?.watch(id, lastSeq(known))
    await this.refreshCase(id)
    const opened = this.state.opened.get(id)
    if (!known && opened && this.state.openId === id) this.live?.watch(id, lastSeq(opened))
  }

  private refreshCase(id: string): Promise<void> {
    return this.refresh(id, async () => {
      const details = await this.api.details(id)
      this.happened({ type: 'detailed', id, details })
      this.look()
    })
  }

  private told(summary: Summary): void {
    const before = this.state.conversations.get(summary.id)
    this.happened({ type: 'told', summary })
    const { openId } = this.state
    if (summary.id === openId) void this.refreshCase(openId)
    if (summary.state === 'waiting' && before?.state !== 'waiting') this.call(summary)
    const isNewWord = summary.last?.author.kind === 'customer' && summary.last.seq > (before?.last?.seq ?? 0)
    if (isNewWord && isMine(this.state, summary.id) && isElsewhere()) this.ring()
    this.look()
  }

  private received(id: string, message: Message): void {
    this.happened({ type: 'received', id, message })
    this.look()
  }

  /** Somebody begins to wait. */
  private call(summary: Summary): void {
    const words = summary.trigger ?? summary.first_lines[0] ?? lineOf(summary.last)
    this.announcement = texts.newInQueue(reasonOf(summary), shortened(words))
    if (isElsewhere()) this.ring()
    this.draw()
  }

  private ring(): void {
    if (!memory.isSilent()) chime()
  }

  /** What is open before the agent's eyes is seen. */
  private look(): void {
    const { openId } = this.state
    if (openId && !isElsewhere()) this.happened({ type: 'looked', id: openId })
  }

  private send(id: string): void {
    const unsent = nextToSend(this.state, id)
    if (!unsent || this.sending.has(id)) return
    this.sending.add(id)
    void this.deliver(unsent).then((isSettled) => {
      this.sending.delete(id)
      if (isSettled) this.send(id)
      else setTimeout(() => this.send(id), PAUSE)
    })
  }

  /** False: nobody knows whether it arrived, so the same is sent again. */
  private async deliver(unsent: Unsent): Promise<boolean> {
    const { id, clientId, text } = unsent
    try {
      const { seq } = await this.api.say(id, clientId, text)
      this.happened({ type: 'sent', unsent, seq, at: new Date().toISOString() })
      return true
    } catch (error) {
      if (!(error instanceof Refusal) || error.isPassing || error.status === 401) return false
      this.happened({ type: 'refused', clientId, problem: error.message })
      return true
    }
  }

  private change(deed: () => Promise<Summary>): Promise<boolean> {
    return this.trying(async () => {
      const summary = await deed()
      this.happened({ type: 'told', summary })
      void this.refreshCase(summary.id)
    })
  }

  /** Whether it worked; if not, the agent is told why. */
  private async trying(deed: () => Promise<void>): Promise<boolean> {
    this.say('')
    try {
      await deed()
      return true
    } catch (error) {
      this.say(error instanceof Refusal ? error.message : texts.failed)
      return false
    }
  }

  private refresh(key: string, ask: () => Promise<void>): Promise<void> {
    const refresh = this.refreshes.get(key) ?? new Refresh((error) => this.say(error.message))
    this.refreshes.set(key, refresh)
    return refresh.wanted(ask)
  }

  private happened(event: Event): void {
    const before = this.state
    this.state = next(before, event)
    const { drafts, unsent, seen } = this.state
    if (drafts !== before.drafts || unsent !== before.unsent || seen !== before.seen) memory.keep(this.state)
    this.draw()
  }

  /** Once a frame, however much happens; in a page that nobody looks at there are no frames, but its title is. */
  private draw(): void {
    if (document.hidden) this.count()
    this.drawing ||= requestAnimationFrame(() => this.drawNow())
  }

  private drawNow(): void {
    cancelAnimationFrame(this.drawing)
    this.drawing = 0
    this.count()
    this.changed()
  }

  private count(): void {
    const { waiting, unread } = callsOf(this.state)
    showCount(waiting.length + unread.length)
  }
}

/**
 * Something that is asked for again and again: one at a time, of several wishes meanwhile only the last, and until it
 * is there.
 */
class Refresh {
  private running: Promise<void> | undefined
  private following: Promise<void> | undefined
  private isStopped = false

  constructor(private readonly failed: (error: Refusal) => void) {}

  wanted(ask: () => Promise<void>): Promise<void> {
    if (this.following) return this.following
    if (!this.running) return this.start(ask)
    this.following = this.running
      .then(() => pause(SOON))
      .then(() => {
        this.following = undefined
        return this.start(ask)
      })
    return this.following
  }

  stop(): void {
    this.isStopped = true
  }

  private start(ask: () => Promise<void>): Promise<void> {
    this.running = this.run(ask).finally(() => (this.running = undefined))
    return this.running
  }

  private async run(ask: () => Promise<void>): Promise<void> {
    while (!this.isStopped) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (!error.isPassing) return this.isStopped ? undefined : this.failed(error)
        await pause(PAUSE)
      }
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Whether the agent looks at something else. */
function isElsewhere(): boolean {
  return document.hidden || !document.hasFocus()
}

function idInAddress(): string | null {
  return /^#([\w-]{1,64})$/.exec(location.hash)?.[1] ?? null
}
