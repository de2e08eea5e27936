// The messages, one under the other, with who speaks and when; and what isn't sent yet.

import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type CardActions, ClauseCard, DecisionCard, Photo, RequestCard, SummaryCard } from './cards'
import type { Conversation, Unsent } from './conversation'
import { Icon } from './icons'
import type { Author, Message } from './messages'
import { PlainText, RichText } from './rich-text'
import { unlessSame } from './unless-same'
import { useWords } from './words'

const NEAR = 80 // px from the end that still count as reading the newest
const CARDS = new Set(['decision', 'summary', 'request', 'clause', 'handover', 'photo'])
const MARGIN = 16 // px above the message at the top
const PAUSE = 5 * 60 * 1000 // after which the same speaker is named again

export interface Actions {
  retry(clientId: string): void
  discard(clientId: string): void
  photo(id: string): Promise<Blob>
}

/** `card` is what can be done on the newest decision; `before` and `after` stand around the messages. */
export function Transcript({ conversation, actions, card, before, after }: {
  conversation: Conversation
  actions: Actions
  card: CardActions
  before: ComponentChildren
  after: ComponentChildren
}) {
  const { texts } = useWords()
  const { earlier, messages, unsent, typing, connection } = conversation
  const { box, isBehind, hasNews, toTheEnd } = useFollowing(messages, unsent.length, Boolean(typing))
  return (
    <div class="transcript-frame">
      <div class="transcript" ref={box} tabIndex={0} role="region" aria-label={texts.conversation}>
        {before}
        {earlier.length > 0 && (
          <ol class="messages">
            <Lines messages={earlier} actions={actions} card={undefined} />
          </ol>
        )}
        <ol class="messages">
          <Lines messages={messages} actions={actions} card={card} />
          {unsent.map((each) => (
            <UnsentLine key={each.clientId} unsent={each} isOnline={connection === 'online'} actions={actions} />
          ))}
        </ol>
        {typing && <Typing author={typing} />}
        {after}
      </div>
      {isBehind && (
        <button type="button" class="to-the-end" {...(!hasNews && { 'aria-label': texts.toTheEnd })} onClick={toTheEnd}>
          {hasNews && <span>{texts.newMessages}</span>}
          <Icon of="down" />
        </button>
      )}
    </div>
  )
}

/** The stored messages. Also what a transcript on paper consists of, where no card can do anything. */
export function Lines({ messages, actions, card }: {
  messages: Message[]
  actions: Pick<Actions, 'photo'>
  card: CardActions | undefined
}) {
  const shown = useMemo(
    () => messages.filter((message, index) => isShown(message) && !isSaidByCard(message, messages[index + 1])),
    [messages],
  )
  const lastDecision = messages.findLast(({ custom }) => custom?.type === 'decision')
  return (
    <>
      {shown.map((message, index) => (
        <Line
          key={index}
          message={message}
          isContinued={continues(shown[index - 1], message)}
          photo={actions.photo}
          card={message === lastDecision ? card : undefined}
        />
      ))}
    </>
  )
}

interface LineProps {
  message: Message
  isContinued: boolean
  photo: Actions['photo']
  card: CardActions | undefined
}

const Line = unlessSame(({ message, isContinued, photo, card }: LineProps) => {
  const words = useWords()
  const { author, at, custom } = message
  return (
    <li class={`line from-${author.kind} ${isContinued ? 'continued' : ''}`}>
      {!isContinued && (
        <p class="who">
          <bdi>{words.nameOf(author)}</bdi> <time dateTime={at}>{words.timeOf(at, new Date())}</time>
        </p>
      )}
      <Bubble message={message} />
      {custom?.type === 'decision' && <DecisionCard message={custom} actions={card} />}
      {custom?.type === 'summary' && <SummaryCard message={custom} />}
      {custom?.type === 'request' && <RequestCard message={custom} />}
      {custom?.type === 'clause' && <ClauseCard message={custom} />}
      {custom?.type === 'photo' && <Photo photo={custom} load={photo} />}
    </li>
  )
})

function Bubble({ message: { author, text, custom } }: { message: Message }) {
  const words = useWords()
  if (custom?.type === 'handover') {
    return (
      <div class="bubble">
        <p>{words.handover(custom)}</p>
      </div>
    )
  }
  if (!text) return null
  const isOurs = author.kind === 'assistant' || author.kind === 'system'
  return (
    <div class="bubble" dir="auto" {...(isOurs && { lang: words.texts.language })}>
      {author.kind === 'customer' ? <PlainText text={text} /> : <RichText text={text} />}
    </div>
  )
}

function UnsentLine({ unsent, isOnline, actions }: { unsent: Unsent; isOnline: boolean; actions: Actions }) {
  const { texts } = useWords()
  const { clientId, text, photo, problem, delay } = unsent
  return (
    <li class="line from-customer unsent">
      <div class="bubble" dir="auto">
        {photo ? <p>{texts.photo}</p> : <PlainText text={text} />}
      </div>
      {problem ? (
        <p class="problem">
          {texts.notSent} {problem}{' '}
          <button type="button" onClick={() => actions.retry(clientId)}>
            {texts.again}
          </button>{' '}
          <button type="button" onClick={() => actions.discard(clientId)}>
            {texts.remove}
          </button>
        </p>
      ) : (
        <p class="status">{!isOnline ? texts.waitsForConnection : delay ? `${delay} ${texts.sentAgain}` : texts.sending}</p>
      )}
    </li>
  )
}

function Typing({ author }: { author: Author }) {
  const words = useWords()
  return (
    <p class="typing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="hidden">{words.texts.writing(words.nameOf(author))}</span>
    </p>
  )
}

/** Whether there is anything to see. A question's words come before it, its answers stand at the end. */
function isShown({ text, custom }: Message): boolean {
  return Boolean(text) || (custom !== undefined && CARDS.has(custom.type))
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
function useFollowing(messages: Message[], unsent: number, isTyping: boolean) {
  const box = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  const isAtEnd = useRef(false) // by the reader's own choice, beyond the start of the answer
  const wasUnsent = useRef(unsent)
  const [isBehind, setBehind] = useState(false)
  const [seen, setSeen] = useState(messages.length)

  const follow = () => {
    if (!box.current) return
    box.current.scrollTop = startOfAnswer(box.current)
    look(box.current)
  }
  const look = (element: HTMLElement) => {
    const { scrollTop } = element
    const start = startOfAnswer(element)
    const rest = end(element) - scrollTop
    isFollowing.current = scrollTop >= start - NEAR
    isAtEnd.current = rest < 2 && scrollTop > start + 2
    setBehind(rest > NEAR)
  }
  const toTheEnd = () => {
    if (box.current) box.current.scrollTop = end(box.current)
  }

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const onScroll = () => look(element)
    const onResize = new ResizeObserver(() => (isAtEnd.current ? toTheEnd() : isFollowing.current && follow()))
    element.addEventListener('scroll', onScroll, { passive: true })
    onResize.observe(element)
    for (const list of element.querySelectorAll('.messages')) onResize.observe(list) // a line far off may turn out higher
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
  }, [messages.length + unsent, isTyping])

  useEffect(() => {
    if (!isBehind || isFollowing.current) setSeen(messages.length)
  }, [isBehind, messages.length])

  return { box, isBehind, hasNews: messages.length > seen, toTheEnd }
}

function end({ scrollHeight, clientHeight }: HTMLElement): number {
  return scrollHeight - clientHeight
}

/** Scrolled to the end, or to where the customer's last message is at the top if the answer to it is longer. */
function startOfAnswer(element: HTMLElement): number {
  const mine = element.querySelectorAll<HTMLElement>('.from-customer')
  const last = mine[mine.length - 1]
  return last ? Math.min(last.offsetTop - MARGIN, end(element)) : end(element)
}
