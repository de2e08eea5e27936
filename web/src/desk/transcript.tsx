// What was said, by whom, and the colleagues' notes where they were written.

import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ClauseCard, DecisionCard, Photo, RequestCard } from '../cards'
import type { Author, Custom, Handover, Message } from '../messages'
import { PlainText, RichText } from '../rich-text'
import { unlessSame } from '../unless-same'
import type { Note, Summary } from './api'
import { useDesk } from './context'
import type { Opened, Unsent } from './state'
import { cardWords, texts } from './words'

const NEAR = 60 // px from the end that still count as reading the newest
const PAUSE = 5 * 60 * 1000 // after which the same speaker is named again

type Entry = { key: string; at: number; message: Message } | { key: string; at: number; note: Note }

export function Transcript({ summary, opened, unsent, typing, name }: {
  summary: Summary
  opened: Opened
  unsent: Unsent[]
  typing: Author | undefined
  name: string
}) {
  const desk = useDesk()
  const { messages, notes } = opened
  const entries = useMemo(() => entriesOf(messages, notes), [messages, notes])
  const { box, isBehind, toTheEnd } = useFollowing(entries.length + unsent.length, Boolean(typing))
  const seen = messages.findLast(({ seq, author }) => seq <= summary.read_seq && author.kind !== 'customer')?.seq
  const photo = useMemo(() => (photoId: string) => desk.api.photo(summary.id, photoId), [summary.id])
  return (
    <div class="transcript-frame">
      <div class="transcript" ref={box} tabIndex={0} role="region" aria-label={texts.transcript}>
        <ol>
          {entries.map((entry, index) =>
            'note' in entry ? (
              <NoteLine key={entry.key} note={entry.note} />
            ) : (
              <Line
                key={entry.key}
                message={entry.message}
                isContinued={continues(entries[index - 1], entry.message)}
                isSeen={entry.message.seq === seen}
                name={name}
                me={desk.state.me?.name}
                photo={photo}
              />
            ),
          )}
          {unsent.map((each) => (
            <UnsentLine key={each.clientId} unsent={each} isOnline={desk.state.connection === 'online'} />
          ))}
        </ol>
        {/* Its place is kept, so that nothing moves when somebody begins to write. */}
        <p class="typing">{typing && texts.writing(typing.kind === 'customer' ? name : (typing.name ?? texts.assistant))}</p>
      </div>
      {isBehind && (
        <button type="button" class="to-the-end" onClick={toTheEnd}>
          {texts.toTheEnd}
        </button>
      )}
    </div>
  )
}

/** The conversation before this one: only what was said. */
export function Earlier({ messages, name, photo }: {
  messages: Message[]
  name: string
  photo(id: string): Promise<Blob>
}) {
  const entries = entriesOf(messages, [])
  return (
    <ol class="earlier-messages">
      {entries.map(
        (entry, index) =>
          'message' in entry && (
            <Line
              key={entry.key}
              message={entry.message}
              isContinued={continues(entries[index - 1], entry.message)}
              isSeen={false}
              name={name}
              me={undefined}
              photo={photo}
            />
          ),
      )}
    </ol>
  )
}

interface LineProps {
  message: Message
  isContinued: boolean
  isSeen: boolean
  name: string
  me: string | undefined
  photo(id: string): Promise<Blob>
}

const Line = unlessSame(({ message, isContinued, isSeen, name, me, photo }: LineProps) => {
  const { author, at, text, custom } = message
  if (author.kind === 'system') {
    return (
      <li class="line from-system">
        <p>
          {custom?.type === 'handover' ? handoverWords(custom) : text} <time dateTime={at}>{time(at)}</time>
        </p>
      </li>
    )
  }
  return (
    <li class={`line from-${author.kind} ${isContinued ? 'continued' : ''}`}>
      {!isContinued && (
        <p class="who">
          <bdi>{speaker(author, name, me)}</bdi> <time dateTime={at}>{time(at)}</time>
        </p>
      )}
      {text && (
        <div class="bubble" dir="auto">
          {author.kind === 'customer' ? <PlainText text={text} /> : <RichText text={text} />}
        </div>
      )}
      {custom && <Structured custom={custom} photo={photo} />}
      {isSeen && <p class="seen">{texts.seen}</p>}
    </li>
  )
})

function Structured({ custom, photo }: { custom: Custom; photo(id: string): Promise<Blob> }) {
  switch (custom.type) {
    case 'ask':
      return custom.options ? <p class="asked">{custom.options.map(({ title }) => title).join(' · ')}</p> : null
    case 'decision': {
      const { outcome } = custom.decision
      return (
        <details class={`folded ${outcome}`}>
          <summary>
            <span class="dot" aria-hidden="true" />
            {texts.decision}: {cardWords.subject(custom.decision)}, {cardWords.texts.outcome[outcome]}
          </summary>
          <DecisionCard message={custom} actions={undefined} />
        </details>
      )
    }
    case 'request':
      return <RequestCard message={custom} />
    case 'clause':
      return <ClauseCard message={custom} />
    case 'photo':
      return <Photo photo={custom} load={photo} />
    default:
      return null
  }
}

function NoteLine({ note: { at, by, text } }: { note: Note }) {
  return (
    <li class="line note">
      <p class="who">
        <bdi>{texts.noteBy(by)}</bdi>, {texts.private} <time dateTime={at}>{time(at)}</time>
      </p>
      <div class="bubble" dir="auto">
        <PlainText text={text} />
      </div>
    </li>
  )
}

function UnsentLine({ unsent, isOnline }: { unsent: Unsent; isOnline: boolean }) {
  const desk = useDesk()
  return (
    <li class="line from-agent unsent">
      <div class="bubble" dir="auto">
        <PlainText text={unsent.text} />
      </div>
      {unsent.problem ? (
        <p class="problem">
          {texts.notSent} {unsent.problem}{' '}
          <button type="button" class="link" onClick={() => desk.retry(unsent)}>
            {texts.again}
          </button>{' '}
          <button type="button" class="link" onClick={() => desk.discard(unsent)}>
            {texts.remove}
          </button>
        </p>
      ) : (
        <p class="seen">{isOnline ? texts.sending : texts.waitsForConnection}</p>
      )}
    </li>
  )
}

function entriesOf(messages: Message[], notes: Note[]): Entry[] {
  const said = messages
    .filter(isShown)
    .map((message): Entry => ({ key: `${message.seq}`, at: Date.parse(message.at), message }))
  const noted = notes.map((note, index): Entry => ({ key: `note ${index}`, at: Date.parse(note.at), note }))
  // The messages are in order by their numbers; only the notes have to find their places.
  let before = 0
  for (const entry of said) before = entry.at = Math.max(entry.at, before)
  return [...said, ...noted].sort((one, other) => one.at - other.at)
}

/** Whether there is anything to see that the message before it doesn't tell already. */
function isShown({ text, custom }: Message): boolean {
  if (text || !custom) return Boolean(text)
  return custom.type === 'ask' ? custom.options !== undefined : custom.type !== 'summary'
}

function continues(before: Entry | undefined, { author, at }: Message): boolean {
  if (!before || !('message' in before)) return false
  const { message } = before
  return (
    message.author.kind === author.kind &&
    message.author.name === author.name &&
    Date.parse(at) - Date.parse(message.at) < PAUSE
  )
}

function speaker({ kind, name }: Author, customer: string, me: string | undefined): string {
  if (kind === 'customer') return customer
  if (kind === 'agent') return name === me ? texts.you : (name ?? cardWords.texts.agent)
  return texts.assistant
}

function handoverWords({ state, reason, agent }: Handover): string {
  if (state === 'agent') return texts.tookOver(agent?.name ?? cardWords.texts.someone)
  if (state === 'waiting') return texts.waits(reason ? (texts.reason[reason] ?? reason) : '')
  return state === 'closed' ? texts.state.closed : texts.isBack
}

function time(at: string): string {
  return cardWords.timeOf(at, new Date())
}

/** Follows new messages, but not while somebody reads back. */
function useFollowing(length: number, isTyping: boolean) {
  const box = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  const [isBehind, setBehind] = useState(false)

  const toTheEnd = () => {
    if (!box.current) return
    box.current.scrollTop = box.current.scrollHeight
    isFollowing.current = true
    setBehind(false)
  }

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const onScroll = () => {
      isFollowing.current = element.scrollHeight - element.clientHeight - element.scrollTop < NEAR
      if (isFollowing.current) setBehind(false)
    }
    const onResize = new ResizeObserver(() => isFollowing.current && toTheEnd())
    element.addEventListener('scroll', onScroll, { passive: true })
    onResize.observe(element)
    for (const list of element.children) onResize.observe(list)
    return () => {
      element.removeEventListener('scroll', onScroll)
      onResize.disconnect()
    }
  }, [])

  useLayoutEffect(() => {
    if (isFollowing.current) toTheEnd()
    else setBehind(true)
  }, [length])

  useLayoutEffect(() => {
    if (isFollowing.current) toTheEnd()
  }, [isTyping])

  return { box, isBehind, toTheEnd }
}
