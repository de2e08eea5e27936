// The queue: who waits, whom this agent answers, and everybody else, each a row.

import { useState } from 'preact/hooks'
import { unlessSame } from '../unless-same'
import type { Summary } from './api'
import { Ago, Waited } from './clock'
import { useDesk } from './context'
import { folded, setFolded } from './memory'
import { isUnread, queueOf, type Section, SECTIONS } from './state'
import { lineOf, reasonOf, texts } from './words'

const STATES = { waiting: 'waiting', mine: 'agent', others: 'agent', assistant: 'assistant', closed: 'closed' } as const

export function Queue({ show }: { show(id: string): void }) {
  const desk = useDesk()
  const { state } = desk
  const [closed, setClosed] = useState(folded)
  const queue = queueOf(state)

  const fold = (section: Section) => {
    const now = closed.includes(section) ? closed.filter((each) => each !== section) : [...closed, section]
    setClosed(now)
    setFolded(now)
  }

  return (
    <nav class="queue" aria-label={texts.queue} onKeyDown={walk}>
      {SECTIONS.map((section) => {
        const rows = queue[section]
        const isFolded = closed.includes(section)
        const further = section !== 'mine' && state.further[STATES[section]]
        const unread = rows.filter((row) => isUnread(state, row)).length
        return (
          <section key={section} class={section}>
            <h2>
              <button type="button" class="fold" aria-expanded={!isFolded} onClick={() => fold(section)}>
                {texts.section[section]}
                <span class={rows.length && section === 'waiting' ? 'count calls' : 'count'}>
                  {rows.length}
                  {further && '+'}
                </span>
                {section === 'mine' && unread > 0 && (
                  <span class="count calls">
                    {unread} {texts.unread}
                  </span>
                )}
              </button>
            </h2>
            {!isFolded && (
              <ul>
                {rows.map((row) => (
                  <Row
                    key={row.id}
                    summary={row}
                    isOpen={row.id === state.openId}
                    isUnread={isUnread(state, row)}
                    isTyping={state.typing.get(row.id)?.kind === 'customer'}
                    holder={section === 'others' ? row.agent?.name : undefined}
                    show={show}
                  />
                ))}
                {!rows.length && state.isListed && <li class="empty">{texts.empty[section]}</li>}
                {further && (
                  <li>
                    <button type="button" class="quiet" onClick={() => void desk.more(STATES[section])}>
                      {texts.more}
                    </button>
                  </li>
                )}
              </ul>
            )}
          </section>
        )
      })}
    </nav>
  )
}

interface RowProps {
  summary: Summary
  isOpen: boolean
  isUnread: boolean
  isTyping: boolean
  /** Named where it isn't this agent. */
  holder: string | undefined
  show(id: string): void
}

const Row = unlessSame(({ summary, isOpen, isUnread: unread, isTyping, holder, show }: RowProps) => {
  const { id, state, last, waiting_since, is_online, order_number, first_lines } = summary
  const isWaiting = state === 'waiting'
  const reason = reasonOf(summary)
  return (
    <li>
      <button
        type="button"
        class={`row ${unread ? 'unread' : ''}`}
        data-id={id}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => show(id)}
      >
        <span class="row-head">
          <span class={is_online ? 'presence online' : 'presence'} aria-hidden="true" />
          <span class="who">
            {isWaiting && reason ? reason : order_number ? texts.order(order_number) : texts.unnamed}
            <span class="hidden">, {is_online ? texts.isOnline : texts.isAway}</span>
          </span>
          {unread && (
            <span class="mark-unread">
              <span class="hidden">{texts.unread}</span>
            </span>
          )}
          <span class={isWaiting ? 'when waits' : 'when'}>
            {isWaiting && waiting_since ? <Waited since={waiting_since} /> : last && <Ago at={last.at} />}
          </span>
        </span>
        <span class="row-words">
          {isTyping ? texts.writing(texts.customer) : isWaiting ? first_lines.join(' · ') : lastWords(summary)}
        </span>
        {isWaiting && order_number && <span class="row-foot">{texts.order(order_number)}</span>}
        {holder && <bdi class="row-foot">{holder}</bdi>}
      </button>
    </li>
  )
})

/** What was said last; where that only tells who answers, what the customer said first. */
function lastWords({ last, first_lines }: Summary): string {
  return (last?.author.kind !== 'system' && lineOf(last)) || first_lines.join(' · ')
}

/** Up and down go from row to row. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.row, .fold')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const following = rows[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (at < 0 || !following) return
  event.preventDefault()
  following.focus()
}
