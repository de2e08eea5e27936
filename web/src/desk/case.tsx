// What is known beside the transcript: the customer, the order, the facts, what the policy gives on them, the requests.

import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { DecisionCard } from '../cards'
import type { Message } from '../messages'
import type { Case as Known, Decided, Finding, Kind, Note, Order, Request, Summary } from './api'
import { useDesk } from './context'
import type { Asked } from './dialogs'
import { Facts } from './facts'
import { isMine } from './state'
import { Earlier } from './transcript'
import { cardWords, day, factName, kindOf, spelled, texts } from './words'

const MOVES = Object.keys(texts.move) // in the order in which they are wanted most

export function Case({ ask }: { ask(asked: Asked): void }) {
  const { state } = useDesk()
  const id = state.openId
  const summary = id ? state.conversations.get(id) : undefined
  const opened = id ? state.opened.get(id) : undefined
  if (!summary || !opened) return null
  const { order, facts, decision, requests } = opened.case
  const mine = isMine(state, summary.id)
  return (
    <aside class="case" aria-label={texts.case} tabIndex={0}>
      <Contact summary={summary} known={opened.case} />
      {order ? <OrderPart order={order} about={opened.case.items.map(({ sku }) => sku)} /> : <p class="none">{texts.noCase}</p>}
      {facts.length > 0 && <Facts key={summary.id} id={summary.id} facts={facts} mayCorrect={mine} />}
      {decision && <DecisionPart summary={summary} known={opened.case} decision={decision} mayFile={mine} />}
      {order && <Requests id={summary.id} requests={requests} ask={ask} />}
      <Notes notes={opened.notes} />
      {summary.earlier_id && <EarlierPart key={summary.earlier_id} id={summary.earlier_id} />}
    </aside>
  )
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

function Contact({ summary, known }: { summary: Summary; known: Known }) {
  const { order, email } = known
  if (!order && !email && !summary.email) return null
  return (
    <Part title={texts.contact}>
      {order?.customer_name && (
        <p class="strong">
          <bdi>{order.customer_name}</bdi>
        </p>
      )}
      {email && (
        <p>
          <bdi class="address">{email}</bdi> <span class="chip">{texts.proved}</span>
        </p>
      )}
      {summary.email && (
        <p>
          {texts.followUp} <a href={`mailto:${encodeURI(summary.email)}`}>{summary.email}</a>
        </p>
      )}
    </Part>
  )
}

function OrderPart({ order, about }: { order: Order; about: string[] }) {
  const { order_number, placed_at, status, sold_by, currency, shipping_paid, items } = order
  return (
    <Part title={texts.order(order_number)}>
      <p class="facts-line">
        {texts.status[status] ?? status}
        {placed_at && `, ${texts.placed.toLowerCase()} ${day(placed_at)}`}, {texts.soldBy[sold_by] ?? sold_by}
      </p>
      <ul class="items">
        {items.map((item) => (
          <li key={item.sku} class={about.includes(item.sku) ? 'about' : ''}>
            <span class="item-name">
              {item.quantity > 1 && <span class="quantity">{texts.quantity(item.quantity)} </span>}
              <bdi>{item.item_name}</bdi>
              {texts.pricing[item.pricing] && <span class="chip">{texts.pricing[item.pricing]}</span>}
            </span>
            <span class="price">{cardWords.money(item.unit_price, currency)}</span>
            <span class="item-foot">
              {item.sku}
              {item.delivered_at && ` · ${texts.delivered.toLowerCase()} ${day(item.delivered_at)}`}
              {item.tracking_number && ` · ${[item.carrier, item.tracking_number].filter(Boolean).join(' ')}`}
            </span>
          </li>
        ))}
        {Number(shipping_paid) > 0 && (
          <li>
            <span class="item-name">{texts.shipping}</span>
            <span class="price">{cardWords.money(shipping_paid, currency)}</span>
          </li>
        )}
      </ul>
    </Part>
  )
}

function DecisionPart({ summary, known, decision, mayFile }: {
  summary: Summary
  known: Known
  decision: Decided
  mayFile: boolean
}) {
  const desk = useDesk()
  const { wants, outcome, missing, findings } = decision
  const applying = findings.filter(({ applies }) => applies).length
  const isFiled = known.requests.some(({ conversation_id }) => conversation_id === summary.id)
  const file = (kind: Kind) => void desk.file(summary.id, kind)
  return (
    <Part title={texts.decision}>
      <div class="decision" aria-live="polite">
        <DecisionCard
          message={{ type: 'decision', decision, order_number: null, items: known.items }}
          actions={undefined}
        />
      </div>
      {missing.length > 0 && (
        <p class="missing">
          {texts.missing}: {missing.map(factName).join(', ')}
        </p>
      )}
      {findings.length > 0 && (
        <details class="findings">
          <summary>{texts.findings(applying, findings.length)}</summary>
          <ul>
            {findings.toSorted(applyingFirst).map(({ sku, rule, applies, clauses }) => (
              <li key={`${sku} ${rule}`} class={applies ? 'applies' : ''}>
                <span>{spelled(rule)}</span>
                <span class="verdict">
                  {applies ? texts.applies : applies === false ? texts.appliesNot : texts.appliesMaybe}
                </span>
                <span class="item-foot">{clauses.join(', ')}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {mayFile && wants && !isFiled && (
        <p class="deeds">
          {outcome === 'eligible' && (
            <button type="button" class="primary" onClick={() => file(wants)}>
              {texts.file(kindOf(wants))}
            </button>
          )}
          <button type="button" onClick={() => file('review')}>
            {texts.fileReview}
          </button>
        </p>
      )}
    </Part>
  )
}

function applyingFirst(one: Finding, other: Finding): number {
  const weight = ({ applies }: Finding) => (applies ? 0 : applies === null ? 1 : 2)
  return weight(one) - weight(other)
}

function Requests({ id, requests, ask }: { id: string; requests: Request[]; ask(asked: Asked): void }) {
  return (
    <Part title={texts.requests}>
      {!requests.length && <p class="none">{texts.noRequests}</p>}
      {requests.map(({ reference, kind, status, filed_at, history, next }) => (
        <article class={`request ${status}`} key={reference} aria-label={cardWords.texts.request(reference)}>
          <p>
            <strong>{reference}</strong> {kindOf(kind)} <span class="chip">{cardWords.statusOfRequest(status)}</span>
          </p>
          <details>
            <summary>
              {texts.history}, {cardWords.dayAndTime(filed_at)}
            </summary>
            <ol>
              {history.map(({ at, status: then, by, note }) => (
                <li key={`${at} ${then}`}>
                  {cardWords.statusOfRequest(then)}, {by}, <time dateTime={at}>{cardWords.dayAndTime(at)}</time>
                  {note && <span class="item-foot">{note}</span>}
                </li>
              ))}
            </ol>
          </details>
          {next.length > 0 && (
            <p class="deeds">
              {MOVES.filter((to) => next.includes(to)).map((to) => (
                <button type="button" key={to} onClick={() => ask({ what: 'move', id, reference, status: to })}>
                  {texts.move[to]}
                </button>
              ))}
            </p>
          )}
        </article>
      ))}
    </Part>
  )
}

function Notes({ notes }: { notes: Note[] }) {
  if (!notes.length) return null
  return (
    <Part title={texts.notes}>
      <ul class="notes">
        {notes.map(({ at, by, text }) => (
          <li key={at}>
            <p dir="auto">{text}</p>
            <span class="item-foot">
              {by}, {cardWords.timeOf(at, new Date())}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** Asked for once it is unfolded. */
function EarlierPart({ id }: { id: string }) {
  const desk = useDesk()
  const [isWanted, setWanted] = useState(false)
  const [messages, setMessages] = useState<Message[]>()
  useEffect(() => {
    if (isWanted && !messages) void desk.api.details(id).then((details) => setMessages(details.messages), () => setWanted(false))
  }, [isWanted])
  return (
    <Part title={texts.earlier}>
      <details open={isWanted} onToggle={(event) => setWanted(event.currentTarget.open)}>
        <summary>{texts.transcript}</summary>
        {messages ? (
          <Earlier messages={messages} name={texts.customer} photo={(photo) => desk.api.photo(id, photo)} />
        ) : (
          <p class="none">{texts.loading}</p>
        )}
      </details>
    </Part>
  )
}
