// Where the customer writes: free words always, and beside them the right field for what is asked.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Ask } from './messages'
import { localDay } from './words'

const LONGEST = 2000 // characters that the server takes

export function Composer({ ask, draft, onDraft, isClosed, say }: {
  ask: Ask | undefined
  draft: string
  onDraft(text: string): void
  isClosed: boolean
  say(text: string): void
}) {
  const field = useRef<HTMLTextAreaElement>(null)

  // As high as its text, up to what the style allows.
  useLayoutEffect(() => {
    if (!field.current) return
    field.current.style.height = 'auto'
    field.current.style.height = `${field.current.scrollHeight}px`
  }, [draft])

  const send = () => {
    if (!draft.trim()) return
    say(draft)
    onDraft('')
  }

  return (
    <div class="composer">
      {ask?.input === 'email' && <EmailAnswer key={ask.fact} say={say} />}
      {ask?.input === 'date' && <DateAnswer key={ask.fact} say={say} />}
      <form
        class="words"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <textarea
          ref={field}
          id="words"
          rows={1}
          maxLength={LONGEST}
          aria-label="Your message"
          placeholder={isClosed ? 'This conversation has ended' : 'Write a message'}
          disabled={isClosed}
          value={draft}
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <button type="submit" class="send" aria-label="Send" disabled={isClosed || !draft.trim()}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M3.5 10h12M10.5 4.5l5.5 5.5-5.5 5.5" />
          </svg>
        </button>
      </form>
      {draft.length > LONGEST - 200 && <p class="status">{LONGEST - draft.length} characters left</p>}
    </div>
  )
}

function EmailAnswer({ say }: { say(text: string): void }) {
  const [email, setEmail] = useState('')
  return (
    <Answer label="Your e-mail address" value={email} say={say}>
      <input
        type="email"
        autocomplete="email"
        placeholder="name@example.com"
        value={email}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
    </Answer>
  )
}

function DateAnswer({ say }: { say(text: string): void }) {
  const [day, setDay] = useState('')
  const today = localDay(new Date())
  return (
    <Answer label="Pick the day" value={day} say={say}>
      <input type="date" max={today} value={day} onInput={(event) => setDay(event.currentTarget.value)} />
    </Answer>
  )
}

function Answer({ label, value, say, children }: {
  label: string
  value: string
  say(text: string): void
  children: ComponentChildren
}) {
  return (
    <form
      class="answer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (value.trim()) say(value)
      }}
    >
      <label>
        <span>{label}</span>
        {children}
      </label>
      <button type="submit" disabled={!value.trim()}>
        Answer
      </button>
    </form>
  )
}
