// The agents' page.

import { render } from 'preact'
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks'
import { Policy } from '../cards'
import type { Clause } from '../messages'
import { Speaking } from '../words'
import { allowSound } from './attention'
import { Case } from './case'
import { DeskProvider, useDesk } from './context'
import { Conversation } from './conversation'
import { Desk } from './desk'
import { type Asked, Dialog } from './dialogs'
import { Figures } from './figures/page'
import { isSilent, setSilent } from './memory'
import { Queue } from './queue'
import { shortcutOf } from './shortcuts'
import { Mark, SignIn } from './sign-in'
import { cardWords, texts } from './words'

type View = keyof typeof texts.view
const VIEWS: View[] = ['queue', 'conversation', 'case']

function Page() {
  const [, draw] = useReducer((count: number) => count + 1, 0)
  const desk = useMemo(() => new Desk(() => draw(0)), [])
  const [isKnown, setKnown] = useState(false)
  useEffect(() => {
    desk.begin().catch(() => undefined).finally(() => setKnown(true))
    addEventListener('pointerdown', allowSound)
    addEventListener('keydown', allowSound)
  }, [])
  if (!isKnown) return null
  return (
    <DeskProvider value={desk}>
      <Speaking value={cardWords}>{desk.state.me ? <Workplace /> : <SignIn />}</Speaking>
    </DeskProvider>
  )
}

function Workplace() {
  const desk = useDesk()
  const { state, notice } = desk
  const [view, setView] = useState<View>(state.openId ? 'conversation' : 'queue')
  const [asked, setAsked] = useState<Asked>()
  const [isCounting, setCounting] = useState(false)
  const clauses = useClauses()

  const show = useMemo(
    () => (id: string) => {
      desk.open(id)
      setView('conversation')
    },
    [],
  )
  useShortcuts(!isCounting, show, setView, setAsked)

  return (
    <Policy.Provider value={clauses}>
      <div class="desk" data-view={view}>
        <Bar
          view={isCounting ? undefined : view}
          setView={(chosen) => {
            setView(chosen)
            setCounting(false)
          }}
          isCounting={isCounting}
          setCounting={setCounting}
          ask={setAsked}
        />
        <p class="connection" role="status">
          {state.connection === 'reconnecting' && texts.reconnecting}
          {state.connection === 'connecting' && texts.connecting}
        </p>
        <p class="notice" role="alert">
          {notice && (
            <>
              {notice}{' '}
              <button type="button" class="link" onClick={() => desk.say('')}>
                {texts.close}
              </button>
            </>
          )}
        </p>
        {isCounting ? (
          <Figures />
        ) : (
          <main>
            <h1 class="hidden">{texts.title}</h1>
            <Queue show={show} />
            <Conversation ask={setAsked} />
            <Case ask={setAsked} />
          </main>
        )}
        <p class="hidden" role="status">
          {desk.announcement}
        </p>
        {asked && <Dialog asked={asked} close={() => setAsked(undefined)} />}
      </div>
    </Policy.Provider>
  )
}

function Bar({ view, setView, isCounting, setCounting, ask }: {
  view: View | undefined
  setView(view: View): void
  isCounting: boolean
  setCounting(on: boolean): void
  ask(asked: Asked): void
}) {
  const desk = useDesk()
  const [silent, setSilentNow] = useState(isSilent)
  return (
    <header class="bar">
      <span class="brand">
        <Mark />
        <span>{texts.title}</span>
      </span>
      <div class="views modes" role="group" aria-label={texts.views}>
        {VIEWS.map((each) => (
          <button type="button" key={each} aria-pressed={view === each} onClick={() => setView(each)}>
            {texts.view[each]}
          </button>
        ))}
      </div>
      <div class="bar-end">
        {desk.state.me?.role === 'lead' && (
          <button type="button" class="quiet" onClick={() => setCounting(!isCounting)}>
            {isCounting ? texts.backToDesk : texts.figures}
          </button>
        )}
        <button
          type="button"
          class="quiet"
          role="switch"
          aria-checked={!silent}
          onClick={() => {
            setSilent(!silent)
            setSilentNow(!silent)
          }}
        >
          {texts.sound}
        </button>
        <button type="button" class="quiet" aria-label={texts.help} onClick={() => ask({ what: 'help' })}>
          ?
        </button>
        <bdi class="me">{desk.state.me?.name}</bdi>
        <button type="button" class="quiet" onClick={() => void desk.signOut()}>
          {texts.signOut}
        </button>
      </div>
    </header>
  )
}

/** The policy's sentences by id. */
function useClauses(): Map<string, Clause> {
  const [clauses, setClauses] = useState(new Map<string, Clause>())
  useEffect(() => {
    fetch('/policy/clauses')
      .then((response) => response.json())
      .then((list: Clause[]) => setClauses(new Map(list.map((clause) => [clause.id, clause]))))
      .catch(() => undefined) // the cards then name the clauses by their ids
  }, [])
  return clauses
}

function useShortcuts(isOn: boolean, show: (id: string) => void, setView: (view: View) => void, ask: (asked: Asked) => void): void {
  const desk = useDesk()
  const latest = useRef<((event: KeyboardEvent) => void) | undefined>(undefined)
  latest.current = (event) => {
    const shortcut = shortcutOf(event)
    if (!shortcut || (shortcut !== 'leave' && !(isOn && desk.hasShortcuts))) return
    const { openId } = desk.state
    switch (shortcut) {
      case 'next':
      case 'previous': {
        const rows = [...document.querySelectorAll<HTMLElement>('.queue .row')]
        const at = rows.findIndex(({ dataset }) => dataset.id === openId)
        const row = rows[shortcut === 'next' ? at + 1 : Math.max(at, 1) - 1]
        row?.scrollIntoView({ block: 'nearest' })
        if (row?.dataset.id) show(row.dataset.id)
        break
      }
      case 'takeOver':
        if (openId) void desk.takeOver(openId)
        break
      case 'handBack':
        if (openId) void desk.handBack(openId)
        break
      case 'reply':
      case 'note':
        setView('conversation')
        desk.compose(shortcut)
        break
      case 'replies':
        document.querySelector<HTMLElement>('[data-replies]')?.click()
        break
      case 'help':
        ask({ what: 'help' })
        break
      case 'leave':
        ;(event.target as HTMLElement).blur()
        break
    }
    event.preventDefault()
  }
  useEffect(() => {
    const listener = (event: KeyboardEvent) => latest.current?.(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
}

const place = document.getElementById('desk')
if (place) render(<Page />, place)
