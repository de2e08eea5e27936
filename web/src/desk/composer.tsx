// Where the agent writes: to the customer, if the agent holds the conversation, or a note to colleagues.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Summary } from './api'
import { useDesk } from './context'
import type { Asked } from './dialogs'
import { sectionOf } from './state'
import { texts } from './words'

const LONGEST = 5000 // characters that the server takes

export type Mode = 'reply' | 'note'

export function Composer({ summary, ask }: { summary: Summary; ask(asked: Asked): void }) {
  const desk = useDesk()
  const { id, agent } = summary
  const section = sectionOf(summary, desk.state.me)
  const isMine = section === 'mine'
  const [mode, setMode] = useState<Mode>('reply')
  const field = useRef<HTMLTextAreaElement>(null)
  const isNote = mode === 'note'
  const key = isNote ? `note ${id}` : id
  const draft = desk.state.drafts.get(key) ?? ''

  // As high as its text, up to what the style allows.
  useLayoutEffect(() => {
    if (!field.current) return
    field.current.style.height = 'auto'
    field.current.style.height = `${field.current.scrollHeight + 2}px`
  }, [draft, mode, isMine])

  // Something asks for one of the two; the field may have to be drawn first.
  const isWanted = useRef(false)
  useEffect(() => {
    const stop = desk.onCompose((wanted) => {
      isWanted.current = true
      setMode(wanted)
      focus()
    })
    return stop
  }, [])
  const focus = () => {
    if (!isWanted.current || !field.current) return
    isWanted.current = false
    field.current.focus()
  }
  useLayoutEffect(focus)

  // What is written, which may be a letter ahead of what is drawn.
  const written = () => desk.state.drafts.get(key) ?? ''
  const isSaving = useRef(false)

  const send = () => {
    const text = written()
    if (!text.trim()) return
    if (isNote) void save(text)
    else desk.write(id, text)
  }
  const save = async (text: string) => {
    if (isSaving.current) return
    isSaving.current = true
    const isSaved = await desk.note(id, text)
    isSaving.current = false
    if (isSaved && written() === text) desk.draft(key, '')
  }
  const insert = (text: string) => {
    const before = written()
    const { selectionStart: from = before.length, selectionEnd: to = before.length } = field.current ?? {}
    desk.draft(key, before.slice(0, from) + text + before.slice(to))
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(from + text.length, from + text.length)
    })
  }

  return (
    <form
      class={isNote ? 'composer for-note' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div class="modes" role="group" aria-label={texts.kind}>
        <button type="button" aria-pressed={!isNote} onClick={() => setMode('reply')}>
          {texts.replyMode}
        </button>
        <button type="button" aria-pressed={isNote} onClick={() => setMode('note')}>
          {texts.noteMode}
        </button>
        {isMine && !isNote && (
          <button type="button" class="quiet" data-replies onClick={() => ask({ what: 'reply', insert })}>
            {texts.replies}
          </button>
        )}
      </div>
      {isMine || isNote ? (
        <div class="writing">
          <textarea
            ref={field}
            rows={2}
            maxLength={LONGEST}
            dir="auto"
            aria-label={isNote ? texts.writeNote : texts.writeReply}
            placeholder={isNote ? texts.writeNote : texts.writeReply}
            title={texts.keys}
            value={draft}
            onInput={(event) => {
              const text = event.currentTarget.value
              desk.draft(key, text)
              if (!isNote) desk.writes(id, Boolean(text))
            }}
            onBlur={() => desk.writes(id, false)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
              event.preventDefault()
              send()
            }}
          />
          <button type="submit" class="primary" disabled={!draft.trim()}>
            {isNote ? texts.save : texts.send}
          </button>
        </div>
      ) : (
        <p class="not-yours">
          {section === 'others' ? texts.notYours.others(agent?.name ?? '') : texts.notYours[section as 'waiting']}
        </p>
      )}
    </form>
  )
}
