// The chat: head, transcript, composer, and the region from which new messages are read out.

import { useEffect, useMemo, useReducer } from 'preact/hooks'
import { Chat } from './chat'
import { Composer } from './composer'
import { type Conversation, openAsk } from './conversation'
import { Transcript } from './transcript'
import { inWords } from './words'

const STARTERS = ['I want my money back', 'Something is broken', 'Cancel my order', 'What does the warranty cover?']
const READ_OUT_AT_ONCE = 5

export function ChatWindow({ draft, onDraft }: { draft: string; onDraft(text: string): void }) {
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const chat = useMemo(() => new Chat(() => changed(undefined)), [])
  useEffect(() => () => chat.close(), [])
  const { conversation } = chat

  const newest = conversation.messages.at(-1)?.seq
  useEffect(() => {
    if (newest && !document.hidden) chat.read(newest)
  }, [newest])

  const isNew = conversation.messages.length + conversation.unsent.length === 0
  return (
    <section class="chat" aria-label="Chat with our support assistant">
      <header class="chat-head">
        <div class="face" aria-hidden="true">
          <svg viewBox="0 0 32 32">
            <circle cx="16" cy="16" r="8.5" />
            <circle cx="16" cy="16" r="3.5" />
          </svg>
        </div>
        <div>
          <h2>Support assistant</h2>
          <p class="answers">{whoAnswers(conversation)}</p>
        </div>
        {!isNew && (
          <button type="button" class="restart" onClick={() => chat.restart()}>
            Start over
          </button>
        )}
      </header>
      <p class="connection" role="status">
        {conversation.connection === 'reconnecting' && 'Connection lost. Reconnecting…'}
        {conversation.connection === 'connecting' && 'Connecting…'}
      </p>
      <Transcript
        conversation={conversation}
        actions={{
          say: (text, option) => chat.say(text, option),
          retry: (clientId) => chat.retry(clientId),
          discard: (clientId) => chat.discard(clientId),
        }}
      >
        <div class="welcome">
          <p>
            Hello! I help with refunds, replacements, cancellations and warranty questions. I go by the published
            policy and show you its sentences.
          </p>
          <p>To look at your order I need its number and the e-mail address you used for it.</p>
        </div>
        {isNew && (
          <div class="choices" role="group" aria-label="Ways to begin">
            {STARTERS.map((words) => (
              <button type="button" key={words} onClick={() => chat.say(words)}>
                {words}
              </button>
            ))}
          </div>
        )}
      </Transcript>
      <ReadOut conversation={conversation} />
      <Composer
        ask={openAsk(conversation)}
        draft={draft}
        onDraft={onDraft}
        isClosed={conversation.state === 'closed'}
        say={(text) => chat.say(text)}
      />
    </section>
  )
}

function whoAnswers({ state, agent }: Conversation): string {
  if (state === 'agent') return `${agent ?? 'One of our staff'} is here`
  if (state === 'waiting') return 'Waiting for a person'
  if (state === 'closed') return 'Conversation ended'
  return 'Answers right away'
}

/** Each new message once, apart from the transcript, so that screen readers neither miss nor repeat one. */
function ReadOut({ conversation: { messages, announceAfter } }: { conversation: Conversation }) {
  const fresh = messages.filter(({ seq, author }) => seq > announceAfter && author.kind !== 'customer')
  return (
    <div class="hidden" aria-live="polite" aria-relevant="additions">
      {fresh.slice(-READ_OUT_AT_ONCE).map((message) => (
        <p key={message.seq}>{inWords(message)}</p>
      ))}
    </div>
  )
}
