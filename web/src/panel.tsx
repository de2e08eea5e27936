// The opened chat: head, transcript, what is asked or waited for, composer, and the region from which messages are read out.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { CardActions } from './cards'
import type { Chat } from './chat'
import { Choices } from './choices'
import { Answer, Composer } from './composer'
import { type Conversation, isRatable, openAsk } from './conversation'
import { Icon } from './icons'
import { type Deed, Menu } from './menu'
import { RichText } from './rich-text'
import { Transcript } from './transcript'
import { useWords } from './words'

const READ_OUT_AT_ONCE = 5

type Asked = 'restart' | 'end'

export interface PanelProps {
  chat: Chat
  draft: string
  onDraft(text: string): void
  close(): void
  save(): void
  print(): void
}

export function Panel({ chat, draft, onDraft, close, save, print }: PanelProps) {
  const words = useWords()
  const { texts } = words
  const [asked, setAsked] = useState<Asked>()
  const [notice, setNotice] = useState('')
  const { conversation } = chat
  const { connection, state } = conversation
  const ask = openAsk(conversation)
  const isNew = conversation.messages.length + conversation.unsent.length === 0
  const isClosed = state === 'closed'

  const trying = (deed: () => Promise<boolean>, success = '') => {
    void deed().then((done) => setNotice(done ? success : texts.failed))
  }
  const deeds: (Deed | false)[] = [
    state === 'assistant' && { name: texts.person, does: () => chat.say(texts.said.person) },
    !isNew && { name: texts.save, does: save },
    !isNew && { name: texts.print, does: print },
    !isNew && conversation.canMail && { name: texts.mail, does: () => trying(() => chat.mailTranscript(), texts.mailed) },
    !isNew && { name: texts.newConversation, does: () => (isClosed ? chat.restart() : setAsked('restart')) },
    !isNew && !isClosed && { name: texts.end, does: () => setAsked('end') },
  ]
  const card: CardActions = {
    file: ask?.fact === 'confirm' ? () => chat.say(texts.said.yes) : undefined,
    wish: (wants) => {
      const option = ask?.options?.find(({ id }) => id === wants)
      chat.say(option?.title ?? texts.said[`${wants}Instead`], option?.id)
    },
    person: () => chat.say(texts.said.person),
  }

  return (
    <div class="panel">
      <header class="head">
        <Face />
        <div class="titles">
          <h2>{texts.title}</h2>
          <p class="answers">
            <bdi>{words.whoAnswers(conversation)}</bdi>
          </p>
        </div>
        <Menu deeds={deeds.filter((deed) => deed !== false)} />
        <button type="button" class="round" aria-label={texts.close} onClick={close}>
          <Icon of="close" />
        </button>
      </header>
      <p class="connection" role="status">
        {connection === 'reconnecting' && texts.reconnecting}
        {connection === 'connecting' && texts.connecting}
      </p>
      <Transcript
        conversation={conversation}
        actions={chat}
        card={card}
        before={
          <div class="welcome">
            <RichText text={texts.greeting} />
          </div>
        }
        after={
          isNew && state === 'assistant' ? <Starters say={(text) => chat.say(text)} /> : ask && <Choices key={ask.fact} ask={ask} say={(text, id) => chat.say(text, id)} />
        }
      />
      <ReadOut conversation={conversation} />
      <p class="notice" role="status">
        {notice}
      </p>
      {state === 'waiting' && <Waiting chat={chat} trying={trying} />}
      {asked && (
        <Question
          text={asked === 'end' ? texts.endQuestion : texts.newQuestion}
          yes={asked === 'end' ? texts.end : texts.newConversation}
          answer={(isYes) => {
            setAsked(undefined)
            if (isYes && asked === 'restart') chat.restart()
            if (isYes && asked === 'end') trying(() => chat.end())
          }}
        />
      )}
      {isRatable(conversation) && <Rating helped={conversation.helped} rate={(helped) => trying(() => chat.rate(helped))} />}
      {isClosed && (
        <div class="waiting">
          <button type="button" class="primary" onClick={() => chat.restart()}>
            {texts.newConversation}
          </button>
          <button type="button" class="quiet" onClick={save}>
            {texts.save}
          </button>
        </div>
      )}
      <Composer
        ask={ask}
        draft={draft}
        onDraft={onDraft}
        say={(text) => chat.say(text)}
        attach={(file) => chat.attach(file)}
        writes={(on) => chat.writes(on)}
      />
    </div>
  )
}

function Face() {
  return (
    <svg class="face" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="8.5" />
      <circle cx="16" cy="16" r="3.5" />
    </svg>
  )
}

function Starters({ say }: { say(text: string): void }) {
  const { texts } = useWords()
  return (
    <div class="choices" role="group" aria-label={texts.starters}>
      {(Object.keys(texts.starter) as (keyof typeof texts.starter)[]).map((name) => (
        <button type="button" key={name} onClick={() => say(texts.said[name])}>
          {texts.starter[name]}
        </button>
      ))}
    </div>
  )
}

/** While a person is waited for: the place in line, or an address to write to, and the way back. */
function Waiting({ chat, trying }: { chat: Chat; trying(deed: () => Promise<boolean>): void }) {
  const { texts } = useWords()
  const { position, online, email } = chat.conversation
  const { handover } = texts
  return (
    <div class="waiting">
      {online ? (
        <p>{position ? handover.place(position) : handover.waiting}</p>
      ) : (
        <p>{email ? handover.left : handover.offline}</p>
      )}
      {!online && !email && (
        <Answer
          label={texts.email}
          type="email"
          autocomplete="email"
          placeholder={texts.emailExample}
          button={handover.leave}
          say={(address) => trying(() => chat.leaveEmail(address))}
        />
      )}
      <button type="button" class="quiet" onClick={() => trying(() => chat.backToAssistant())}>
        {handover.back}
      </button>
    </div>
  )
}

function Rating({ helped, rate }: { helped: boolean | null; rate(helped: boolean): void }) {
  const { texts } = useWords()
  return (
    <div class="waiting" role="group" aria-label={texts.helped}>
      {texts.helped}
      {[true, false].map((isYes) => (
        <button
          type="button"
          class="round"
          aria-label={isYes ? texts.yes : texts.no}
          aria-pressed={helped === isYes}
          onClick={() => rate(isYes)}
        >
          <Icon of={isYes ? 'helped' : 'failed'} />
        </button>
      ))}
    </div>
  )
}

/** Something that can't be taken back is asked about first. */
function Question({ text, yes, answer }: { text: string; yes: string; answer(isYes: boolean): void }) {
  const { texts } = useWords()
  const first = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => first.current?.focus(), [])
  return (
    <div
      class="question"
      role="alertdialog"
      aria-label={text}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        event.preventDefault()
        answer(false)
      }}
    >
      <p>{text}</p>
      <button type="button" class="primary" ref={first} onClick={() => answer(true)}>
        {yes}
      </button>
      <button type="button" class="quiet" onClick={() => answer(false)}>
        {texts.cancel}
      </button>
    </div>
  )
}

/** Each new message once, apart from the transcript, so that screen readers neither miss nor repeat one. */
function ReadOut({ conversation: { messages, announceAfter } }: { conversation: Conversation }) {
  const words = useWords()
  const fresh = messages
    .filter(({ seq, author }) => seq > announceAfter && author.kind !== 'customer')
    .map((message) => ({ seq: message.seq, said: words.readOut(message) }))
    .filter(({ said }) => said)
  return (
    <div class="hidden" aria-live="polite" aria-relevant="additions">
      {fresh.slice(-READ_OUT_AT_ONCE).map(({ seq, said }) => (
        <p key={seq}>{said}</p>
      ))}
    </div>
  )
}
