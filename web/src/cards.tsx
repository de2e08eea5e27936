// The structured messages as cards. Everything is text to Preact, so nothing in it can become markup.
// What the assistant and the policy say is English, whatever language the widget speaks.

import { createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { calendarFile } from './calendar'
import { download } from './download'
import { Icon } from './icons'
import type { Clause, ClauseMessage, Decision, DecisionMessage, Item, Outcome, Refund, Wish } from './messages'
import type { PhotoMessage, RequestMessage, SummaryMessage } from './messages'
import { useWords } from './words'

/** The policy's sentences by id, once they are loaded. */
export const Policy = createContext<Map<string, Clause>>(new Map())

/** What can be done from a card that still matters; on paper, and on older cards, nothing. */
export interface CardActions {
  /** Only while it is asked whether to file. */
  file: (() => void) | undefined
  wish(wants: Wish): void
  person(): void
}

export function DecisionCard({ message, actions }: { message: DecisionMessage; actions: CardActions | undefined }) {
  const words = useWords()
  const { texts } = words
  const { decision, order_number, items } = message
  return (
    <section class={`card ${decision.outcome}`} aria-label={texts.decision(texts.outcome[decision.outcome])}>
      <header class="card-head">
        <OutcomeBadge outcome={decision.outcome} />
        <h3>{words.subject(decision)}</h3>
        <About orderNumber={order_number} items={items} />
      </header>
      <Details decision={decision} about={{ orderNumber: order_number, items }} actions={actions} />
      {actions && (
        <div class="card-part card-actions">
          {actions.file && (
            <button type="button" class="primary" onClick={actions.file}>
              {texts.file(words.subject(decision))}
            </button>
          )}
          <button type="button" class="quiet" onClick={actions.person}>
            {texts.person}
          </button>
        </div>
      )}
    </section>
  )
}

export function SummaryCard({ message: { kind, order_number, items } }: { message: SummaryMessage }) {
  const words = useWords()
  return (
    <section class="card" aria-label={words.texts.toBeFiled}>
      <header class="card-head">
        <span class="badge">{words.texts.toBeFiled}</span>
        <h3>
          <bdi>{words.kindOfRequest(kind)}</bdi>
        </h3>
        <About orderNumber={order_number} items={items} />
      </header>
    </section>
  )
}

export function RequestCard({ message }: { message: RequestMessage }) {
  const words = useWords()
  const { texts } = words
  const { reference, kind, status, order_number, filed_at } = message
  return (
    <section class="card eligible" aria-label={texts.request(reference)}>
      <header class="card-head">
        <span class="badge">
          <Icon of="done" />
          {words.statusOfRequest(status)}
        </span>
        <h3>
          <bdi>{words.kindOfRequest(kind)}</bdi>
        </h3>
        <About orderNumber={order_number} items={[]} />
      </header>
      <dl class="card-part facts">
        <dt>{texts.reference}</dt>
        <dd>
          <bdi class="reference">{reference}</bdi> <Copy text={reference} />
        </dd>
        <dt>{texts.filedAt}</dt>
        <dd>{words.dayAndTime(filed_at)}</dd>
      </dl>
    </section>
  )
}

export function ClauseCard({ message: { ids, quotes } }: { message: ClauseMessage }) {
  const { texts } = useWords()
  return (
    <section class="card" aria-label={texts.policy}>
      <div class="card-part">
        <h4>{texts.policy}</h4>
        <Quotes ids={ids} quotes={quotes} />
      </div>
    </section>
  )
}

/** A photo is drawn, not linked: nobody can see it without the conversation's secret, and no policy of a page forbids it. */
export function Photo({ photo, load }: { photo: PhotoMessage; load(id: string): Promise<Blob> }) {
  const { texts } = useWords()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isMissing, setMissing] = useState(false)
  useEffect(() => {
    let isWanted = true
    const draw = async () => {
      const image = await createImageBitmap(await load(photo.id))
      if (isWanted) canvas.current?.getContext('2d')?.drawImage(image, 0, 0, photo.width, photo.height)
      image.close()
    }
    draw().catch(() => isWanted && setMissing(true))
    return () => {
      isWanted = false
    }
  }, [photo.id])
  if (isMissing) return <p class="bubble">{texts.photoMissing}</p>
  return <canvas class="photo" ref={canvas} width={photo.width} height={photo.height} role="img" aria-label={texts.photo} />
}

interface Subject {
  orderNumber: string | null
  items: Item[]
}

function Details({ decision, about, actions }: { decision: Decision; about: Subject; actions: CardActions | undefined }) {
  const { texts } = useWords()
  const perItem = decision.per_item ?? []
  return (
    <>
      <p class="card-part" lang={texts.language} dir="auto">
        {decision.explanation}
      </p>
      {perItem.length > 0 && <PerItem decisions={perItem} about={about} />}
      {decision.refund && <Money refund={decision.refund} />}
      {decision.deadline && <Deadline decision={decision} value={decision.deadline} about={about} />}
      {decision.next_steps.length > 0 && (
        <div class="card-part">
          <h4>{texts.next}</h4>
          <ol class="steps" lang={texts.language}>
            {decision.next_steps.map(({ code, text }) => (
              <li key={code} dir="auto">
                {text}
              </li>
            ))}
          </ol>
        </div>
      )}
      {decision.alternatives.length > 0 && <Alternatives decisions={decision.alternatives} wish={actions?.wish} />}
      {decision.clauses.length > 0 && (
        <details class="card-part">
          <summary>{texts.clauses}</summary>
          <Quotes ids={decision.clauses} />
        </details>
      )}
    </>
  )
}

function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return (
    <span class={`badge ${outcome}`}>
      <Icon of={outcome} />
      {useWords().texts.outcome[outcome]}
    </span>
  )
}

function About({ orderNumber, items }: Subject) {
  const { texts } = useWords()
  const parts = [...(orderNumber ? [texts.order(orderNumber)] : []), ...items.map(({ name }) => name)]
  return parts.length ? (
    <p class="about">
      {parts.map((part, index) => [index > 0 && ' · ', <bdi key={index}>{part}</bdi>])}
    </p>
  ) : null
}

function PerItem({ decisions, about }: { decisions: Decision[]; about: Subject }) {
  const words = useWords()
  return (
    <div class="card-part">
      <h4>{words.texts.items}</h4>
      <ul class="per-item">
        {decisions.map((decision, index) => {
          const item = about.items[index]
          return (
            <li key={index}>
              <details>
                <summary>
                  <bdi>{item?.name ?? words.subject(decision)}</bdi> <OutcomeBadge outcome={decision.outcome} />
                </summary>
                <Details decision={decision} about={{ ...about, items: item ? [item] : [] }} actions={undefined} />
              </details>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Alternatives({ decisions, wish }: { decisions: Decision[]; wish: CardActions['wish'] | undefined }) {
  const words = useWords()
  return (
    <div class="card-part">
      <h4>{words.texts.alternatives}</h4>
      <ul class="alternatives">
        {decisions.map((decision) => {
          const { wants } = decision
          const shown = (
            <>
              <span>{words.subject(decision)}</span> <OutcomeBadge outcome={decision.outcome} />
            </>
          )
          return (
            <li key={wants}>
              {wish && wants ? (
                <button type="button" onClick={() => wish(wants)}>
                  {shown}
                </button>
              ) : (
                shown
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Money({ refund: { currency, lines, total } }: { refund: Refund }) {
  const words = useWords()
  return (
    <div class="card-part">
      <table class="money">
        <caption class="hidden">{words.texts.money}</caption>
        <tbody lang={words.texts.language}>
          {lines.map(({ label, amount }, index) => (
            <tr key={index}>
              <th scope="row" dir="auto">
                {label}
              </th>
              <td>{words.money(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.texts.total}</th>
            <td>{words.money(total, currency)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function Deadline({ decision, value, about }: { decision: Decision; value: string; about: Subject }) {
  const words = useWords()
  const { texts } = words
  const now = useNow()
  const left = words.timeLeft(value, now)
  const add = () => {
    const names = about.items.map(({ name }) => name).join(', ')
    const order = about.orderNumber ? texts.order(about.orderNumber) : ''
    const title = texts.calendarEntry([words.subject(decision), names].filter(Boolean).join(', '))
    const id = [about.orderNumber ?? 'case', decision.wants, about.items[0]?.sku, value].join('-').replace(/[^\w.-]+/g, '-')
    const details = [order, decision.explanation].filter(Boolean).join('\n\n')
    download('deadline.ics', 'text/calendar', calendarFile({ at: value, id, title, details }, new Date()))
  }
  return (
    <div class="card-part deadline">
      <p>
        <span>{texts.actBy}</span> <strong>{words.deadline(value)}</strong> {left && <span class="left">{left}</span>}
      </p>
      {left !== texts.over && (
        <button type="button" class="quiet calendar" onClick={add}>
          <Icon of="calendar" />
          {texts.calendar}
        </button>
      )}
    </div>
  )
}

function Quotes({ ids, quotes = [] }: { ids: string[]; quotes?: string[] }) {
  const policy = useContext(Policy)
  return (
    <>
      {ids.map((id, index) => {
        const clause = policy.get(id)
        const words = quotes[index] ?? clause?.text
        return (
          <figure class="quote" key={id} lang="en">
            {words && <blockquote dir="auto">{words.trim()}</blockquote>}
            <figcaption>
              <bdi>{clause ? `${clause.section} · ${id}` : id}</bdi>
            </figcaption>
          </figure>
        )
      })}
    </>
  )
}

function Copy({ text }: { text: string }) {
  const { texts } = useWords()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  if (!navigator.clipboard) return null // only where the page came over https
  return (
    <>
      <button type="button" class="quiet copy" aria-label={texts.copy} onClick={() => void copy()}>
        <Icon of={isCopied ? 'done' : 'copy'} />
      </button>
      <span class="copied" role="status">
        {isCopied && texts.copied}
      </span>
    </>
  )
}

/** The time, as often as minutes matter. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const clock = setInterval(() => setNow(new Date()), 30_000)
    return () => clearInterval(clock)
  }, [])
  return now
}
