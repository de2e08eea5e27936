// Where the customer writes: free words and photos always, and beside them the right field for what is asked.

import type { InputHTMLAttributes } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icons'
import type { Ask } from './messages'
import { TYPES } from './photos'
import { useWords, localDay } from './words'

const LONGEST = 2000 // characters that the server takes

interface Writing {
  draft: string
  onDraft(text: string): void
  say(text: string): void
  /** Rejected files are told of by the composer. */
  attach(file: Blob): Promise<boolean>
  writes(on: boolean): void
}

export function Composer({ ask, draft, onDraft, say, attach, writes }: Writing & { ask: Ask | undefined }) {
  const { texts } = useWords()
  const field = useRef<HTMLTextAreaElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const [isRefused, setRefused] = useState(false)

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
    writes(false)
    field.current?.focus() // a finger on the button would close the phone's keyboard
  }
  const attachAll = async (chosen: Iterable<File>) => {
    const taken = await Promise.all([...chosen].map(attach))
    setRefused(taken.includes(false))
  }

  return (
    <div class="composer">
      {ask && <Field key={ask.fact} ask={ask} say={say} />}
      <form
        class="words"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <input
          ref={files}
          class="hidden"
          type="file"
          tabIndex={-1}
          aria-hidden="true"
          multiple
          accept={TYPES.join(',')}
          onChange={(event) => {
            void attachAll([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
        <button type="button" class="round" aria-label={texts.attach} onClick={() => files.current?.click()}>
          <Icon of="attach" />
        </button>
        <textarea
          ref={field}
          rows={1}
          maxLength={LONGEST}
          dir="auto"
          aria-label={texts.message}
          placeholder={texts.write}
          value={draft}
          onInput={(event) => {
            onDraft(event.currentTarget.value)
            writes(Boolean(event.currentTarget.value))
          }}
          onBlur={() => writes(false)}
          onPaste={(event) => {
            const pasted = [...(event.clipboardData?.files ?? [])]
            if (!pasted.length) return
            event.preventDefault()
            void attachAll(pasted)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <button type="submit" class="round send" aria-label={texts.send} disabled={!draft.trim()}>
          <Icon of="send" />
        </button>
      </form>
      <p class="status" role="status">
        {isRefused ? texts.attachTypes : draft.length > LONGEST - 200 ? texts.charactersLeft(LONGEST - draft.length) : ''}
      </p>
    </div>
  )
}

/** The field for what is asked, if free words alone wouldn't be the easiest. */
function Field({ ask, say }: { ask: Ask; say(text: string): void }) {
  const { texts } = useWords()
  if (ask.input === 'email') {
    return <Answer label={texts.email} type="email" autocomplete="email" placeholder={texts.emailExample} say={say} />
  }
  if (ask.input === 'date') {
    return <Answer label={texts.date} hint={texts.dateElse} type="date" max={localDay(new Date())} say={say} />
  }
  if (ask.fact === 'order_number') {
    return (
      <Answer
        label={texts.orderNumber}
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        placeholder={texts.orderExample}
        say={say}
      />
    )
  }
  return null
}

/** A field with its own button; what is put in is said as it stands. */
export function Answer({ label, hint, button, say, ...input }: {
  label: string
  hint?: string
  button?: string
  say(text: string): void
} & InputHTMLAttributes<HTMLInputElement>) {
  const { texts } = useWords()
  const [value, setValue] = useState('')
  return (
    <form
      class="answer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (value.trim()) say(value.trim())
      }}
    >
      <label>
        <span>
          {label}
          {hint && `, ${hint}`}
        </span>
        <input {...input} value={value} onInput={(event) => setValue(event.currentTarget.value)} />
      </label>
      <button type="submit" class="primary" disabled={!value.trim()}>
        {button ?? texts.answer}
      </button>
    </form>
  )
}
