// What is asked about or chosen from before it is done.

import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { Policy } from '../cards'
import type { Colleague, Reply } from './api'
import { useDesk } from './context'
import { Modal } from './modal'
import { SHORTCUTS } from './shortcuts'
import { colleagueLine, texts } from './words'

export type Asked =
  | { what: 'help' }
  | { what: 'pass on'; id: string }
  | { what: 'end'; id: string }
  | { what: 'reply'; insert(text: string): void }
  | { what: 'move'; id: string; reference: string; status: string }

export function Dialog({ asked, close }: { asked: Asked; close(): void }) {
  switch (asked.what) {
    case 'help':
      return <Help close={close} />
    case 'pass on':
      return <PassOn id={asked.id} close={close} />
    case 'end':
      return <End id={asked.id} close={close} />
    case 'reply':
      return <Replies insert={asked.insert} close={close} />
    case 'move':
      return <Move {...asked} close={close} />
  }
}

function Help({ close }: { close(): void }) {
  const desk = useDesk()
  return (
    <Modal title={texts.help} close={close}>
      <dl class="keys">
        {Object.entries(SHORTCUTS).map(([key, name]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{texts.shortcuts[name]}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>{texts.shortcuts.leave}</dd>
        </div>
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={desk.hasShortcuts}
          onChange={(event) => desk.setShortcuts(event.currentTarget.checked)}
        />
        {texts.singleKeys}
      </label>
    </Modal>
  )
}

function PassOn({ id, close }: { id: string; close(): void }) {
  const desk = useDesk()
  const [colleagues, setColleagues] = useState<Colleague[]>()
  const [problem, setProblem] = useState('')
  useEffect(() => {
    desk.api.colleagues().then(setColleagues, (error: Error) => setProblem(error.message))
  }, [])
  const holder = desk.state.conversations.get(id)?.agent?.name
  const others = colleagues
    ?.filter(({ name }) => name !== holder)
    .sort((one, other) => Number(other.is_online) - Number(one.is_online) || one.holds - other.holds)
  return (
    <Modal title={texts.passOnTo} close={close}>
      {!others && <p>{problem || texts.loading}</p>}
      {others?.length === 0 && <p>{texts.nobodyElse}</p>}
      <ul class="choices">
        {others?.map((colleague) => (
          <li key={colleague.name}>
            <button
              type="button"
              onClick={() => {
                close()
                void desk.passOn(id, colleague.name)
              }}
            >
              <span class={colleague.is_online ? 'presence online' : 'presence'} aria-hidden="true" />
              <bdi class="choice-name">{colleague.name}</bdi>
              <span class="soft">{colleagueLine(colleague)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  )
}

function End({ id, close }: { id: string; close(): void }) {
  const desk = useDesk()
  const [reason, setReason] = useState('')
  return (
    <Modal title={texts.endQuestion} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          close()
          void desk.end(id, reason.trim())
        }}
      >
        <div class="modes">
          {texts.endReasons.map((each) => (
            <button type="button" key={each} aria-pressed={reason === each} onClick={() => setReason(each)}>
              {each}
            </button>
          ))}
        </div>
        <label>
          <span>{texts.endReason}</span>
          <input maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <p class="soft">{texts.endTells}</p>
        <Answers yes={texts.end} close={close} />
      </form>
    </Modal>
  )
}

function Move({ id, reference, status, close }: { id: string; reference: string; status: string; close(): void }) {
  const desk = useDesk()
  const [note, setNote] = useState('')
  const deed = texts.move[status] ?? status
  return (
    <Modal title={texts.moveQuestion(deed, reference)} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          close()
          void desk.move(id, reference, status, note.trim())
        }}
      >
        <label>
          <span>{texts.moveNote}</span>
          <textarea rows={3} maxLength={2000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <p class="soft">{texts.moveTells}</p>
        <Answers yes={deed} close={close} />
      </form>
    </Modal>
  )
}

function Answers({ yes, close }: { yes: string; close(): void }) {
  return (
    <p class="deeds">
      <button type="submit" class="primary">
        {yes}
      </button>
      <button type="button" onClick={close}>
        {texts.cancel}
      </button>
    </p>
  )
}

function Replies({ insert, close }: { insert(text: string): void; close(): void }) {
  const desk = useDesk()
  const [replies, setReplies] = useState<Reply[]>([])
  const [problem, setProblem] = useState('')
  const [letters, setLetters] = useState('')
  const list = useRef<HTMLUListElement>(null)
  const policy = useContext(Policy)
  useEffect(() => {
    desk.replies().then(setReplies, (error: Error) => setProblem(error.message))
  }, [])
  const words = letters.toLowerCase().split(/\s+/)
  const found = replies.filter(({ title, text }) => words.every((word) => `${title}\n${text}`.toLowerCase().includes(word)))
  const take = (reply: Reply | undefined) => {
    if (!reply) return
    close()
    insert(reply.text)
  }
  return (
    <Modal title={texts.replies} close={close}>
      <div class="replies" onKeyDown={(event) => walk(event, list.current)}>
        <input
          type="search"
          autofocus
          aria-label={texts.findReply}
          placeholder={texts.findReply}
          value={letters}
          onInput={(event) => setLetters(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            take(found[0])
          }}
        />
        <p class="hidden" role="status">
          {found.length ? texts.found(found.length) : ''}
        </p>
        <ul class="choices" ref={list}>
          {found.map((reply) => (
            <li key={reply.title}>
              <button type="button" onClick={() => take(reply)}>
                <span class="choice-name">
                  {(reply.clause && policy.get(reply.clause)?.section) || reply.title}
                  {reply.clause && <span class="chip">{reply.clause}</span>}
                </span>
                <span class="soft">{reply.text}</span>
              </button>
            </li>
          ))}
        </ul>
        {!found.length && <p class="none">{problem || (replies.length ? texts.noReply : texts.loading)}</p>}
      </div>
    </Modal>
  )
}

/** Up and down go from reply to reply, and from the first back to the field. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }, list: HTMLElement | null): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const stops = [event.currentTarget.querySelector('input'), ...(list?.querySelectorAll('button') ?? [])]
  const following = stops[stops.indexOf(document.activeElement as HTMLButtonElement) + (event.key === 'ArrowDown' ? 1 : -1)]
  if (!following) return
  event.preventDefault()
  following.focus()
}
