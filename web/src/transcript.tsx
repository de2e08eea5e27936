// The messages, one under the other, with who speaks and when; and what isn't sent yet.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { ClauseCard, DecisionCard, RequestCard, SummaryCard } from './cards'
import { type Conversation, openAskSeq, type Unsent } from './conversation'
import type { Ask, Author, Message } from './messages'
import { handover, nameOf, timeOf } from './words'

const NEAR = 80 // px from the end that still count as reading the newest
const CARDS = new Set(['decision', 'summary', 'request', 'clause', 'handover'])
const MARGIN = 16 // px above the message at the top
const PAUSE = 5 * 60 * 1000 // after which the same speaker is named again

interface Actions {
  say(text: string, option?: string): void
  retry(clientId: string): void
  discard(clientId: string): void
}

export function Transcript({ conversation, actions, children }: {
  conversation: Conversation
  actions: Actions
  children: ComponentChildren
}) {
  const { messages, unsent, typing, connection } = conversation
  const asked = openAskSeq(conversation)
  const shown = messages.filter(
    (message, index) => isShown(message, asked) && !isSaidByCard(message, messages[index + 1]),
  )
  const { box, isBehind, toTheEnd } = useFollowing(messages.length + unsent.length, unsent.length, Boolean(typing))
  return (
    <div class="transcript-frame">
      <div class="transcript" ref={box} tabIndex={0} role="region" aria-label="Conversation">
        {children}
        <ol class="messages">
          {shown.map((message, index) => (
            <Line
              key={message.seq}
              message={message}
              isContinued={continues(shown[index - 1], message)}
              isOpen={message.seq === asked}
              say={actions.say}
            />
          ))}
          {unsent.map((each) => (
            <UnsentLine key={each.clientId} unsent={each} isOnline={connection === 'online'} actions={actions} />
          ))}
        </ol>
        {typing && <Typing author={typing} />}
      </div>
      {isBehind && (
        <button type="button" class="to-the-end" aria-label="Go to the newest messages" onClick={toTheEnd}>
          ↓
        </button>
      )}
    </div>
  )
}

function Line({ message, isContinued, isOpen, say }: {
  message: Message
  isContinued: boolean
  isOpen: boolean
  say: Actions['say']
}) {
  const { author, at, text, custom } = message
  return (
    <li class={`line from-${author.kind} ${isContinued ? 'continued' : ''}`}>
      {!isContinued && (
        <p class="who">
          <span>{nameOf(author)}</span> <time dateTime={at}>{timeOf(at, new Date())}</time>
        </p>
      )}
      {text && <p class="bubble" dir="auto">{text}</p>}
      {custom?.type === 'decision' && <DecisionCard message={custom} />}
      {custom?.type === 'summary' && <SummaryCard message={custom} />}
      {custom?.type === 'request' && <RequestCard message={custom} />}
      {custom?.type === 'clause' && <ClauseCard message={custom} />}
      {custom?.type === 'handover' && <p class="bubble" dir="auto">{handover(custom)}</p>}
      {custom?.type === 'ask' && isOpen && <Choices ask={custom} say={say} />}
    </li>
  )
}

function Choices({ ask, say }: { ask: Ask; say: Actions['say'] }) {
  const yesOrNo = ask.input === 'yes_no' ? [{ title: 'Yes' }, { title: 'No' }] : []
  const options: { id?: string; title: string }[] = ask.options ?? yesOrNo
  return options.length ? (
    <div class="choices" role="group" aria-label="Answers to choose from">
      {options.map(({ id, title }) => (
        <button type="button" key={title} onClick={() => say(title, id)}>
          {title}
        </button>
      ))}
    </div>
  ) : null
}

function UnsentLine({ unsent, isOnline, actions }: { unsent: Unsent; isOnline: boolean; actions: Actions }) {
  const { clientId, text, problem } = unsent
  return (
    <li class="line from-customer unsent">
      <p class="bubble" dir="auto">{text}</p>
      {problem ? (
        <p class="problem">
          Not sent. {problem}{' '}
          <button type="button" onClick={() => actions.retry(clientId)}>
            Try again
          </button>{' '}
          <button type="button" onClick={() => actions.discard(clientId)}>
            Remove
          </button>
        </p>
      ) : (
        <p class="status">{isOnline ? 'Sending…' : 'Not sent yet. It goes out as soon as you are connected again.'}</p>
      )}
    </li>
  )
}

function Typing({ author }: { author: Author }) {
  return (
    <p class="typing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="hidden">{nameOf(author)} is writing</span>
    </p>
  )
}

/** Whether there is anything to see. A question's words come before it; its answers stand there while it is open. */
function isShown({ text, custom, seq }: Message, asked: number | undefined): boolean {
  if (text) return true
  if (custom?.type === 'ask') return seq === asked && (custom.input === 'yes_no' || Boolean(custom.options))
  return custom !== undefined && CARDS.has(custom.type)
}

function continues(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.author.kind === message.author.kind &&
    before.author.name === message.author.name &&
    Date.parse(message.at) - Date.parse(before.at) < PAUSE
  )
}

/** The words of a decision come right before it, as a message of their own; the card shows them under its outcome. */
function isSaidByCard({ text, custom }: Message, following: Message | undefined): boolean {
  return !custom && following?.custom?.type === 'decision' && following.custom.decision.explanation === text
}

/**
 * Follows new messages, but not while somebody reads back, and never so far that the start of the answer leaves the
 * top: a long answer is read from its beginning. What one writes oneself is always followed.
 */
function useFollowing(count: number, unsent: number, isTyping: boolean) {
  const box = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  const wasUnsent = useRef(unsent)
  const [isBehind, setBehind] = useState(false)

  const follow = () => {
    if (!box.current) return
    box.current.scrollTop = startOfAnswer(box.current)
    setBehind(end(box.current) - box.current.scrollTop > NEAR)
  }
  const toTheEnd = () => {
    if (box.current) box.current.scrollTop = end(box.current)
  }

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const onScroll = () => {
      isFollowing.current = element.scrollTop >= startOfAnswer(element) - NEAR
      setBehind(end(element) - element.scrollTop > NEAR)
    }
    const onResize = new ResizeObserver(() => isFollowing.current && follow())
    element.addEventListener('scroll', onScroll, { passive: true })
    onResize.observe(element)
    return () => {
      element.removeEventListener('scroll', onScroll)
      onResize.disconnect()
    }
  }, [])

  useLayoutEffect(() => {
    const hasWritten = unsent > wasUnsent.current
    wasUnsent.current = unsent
    if (isFollowing.current || hasWritten) follow()
    else setBehind(true)
  }, [count, isTyping])

  return { box, isBehind, toTheEnd }
}

function end({ scrollHeight, clientHeight }: HTMLElement): number {
  return scrollHeight - clientHeight
}

/** Scrolled to the end, or to where the customer's last message is at the top if the answer to it is longer. */
function startOfAnswer(element: HTMLElement): number {
  const mine = [...element.querySelectorAll<HTMLElement>('.from-customer')].at(-1)
  return mine ? Math.min(mine.offsetTop - MARGIN, end(element)) : end(element)
}
