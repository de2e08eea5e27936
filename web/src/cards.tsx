// The structured messages as cards. Everything is text to Preact, so nothing in it can become markup.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Clause, ClauseMessage, Decision, DecisionMessage, Item, Outcome, Refund } from './messages'
import type { RequestMessage, SummaryMessage } from './messages'
import { dayAndTime, deadline, kindOfRequest, money, OUTCOMES, statusOfRequest, subject, timeLeft } from './words'

/** The policy's sentences by id, once they are loaded. */
export const Policy = createContext<Map<string, Clause>>(new Map())

const SIGNS: Record<Outcome, string> = {
  eligible: 'M4 10.5l4 4 8-9',
  not_yet: 'M10 5v5.5l3.5 2M10 2.5a7.5 7.5 0 1 0 .01 0z',
  not_eligible: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  needs_facts: 'M7.2 7.4a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1.1-1.4 2.2M10 15.4v.2',
  needs_review: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
  mixed: 'M4 6.5h12M4 13.5h12M7 4v5M13 11v5',
}

export function DecisionCard({ message }: { message: DecisionMessage }) {
  const { decision, order_number, items } = message
  const perItem = decision.per_item ?? []
  return (
    <section class={`card outcome-${decision.outcome}`} aria-label={`Decision: ${OUTCOMES[decision.outcome]}`}>
      <header class="card-head">
        <OutcomeBadge outcome={decision.outcome} />
        <h3>{subject(decision)}</h3>
        <About orderNumber={order_number} items={items} />
      </header>
      <p class="card-part">{decision.explanation}</p>
      {perItem.length > 0 && <PerItem decisions={perItem} items={items} />}
      {decision.refund && <Money refund={decision.refund} />}
      {decision.deadline && <Deadline value={decision.deadline} />}
      {decision.next_steps.length > 0 && (
        <div class="card-part">
          <h4>What to do next</h4>
          <ol class="steps">
            {decision.next_steps.map(({ code, text }) => (
              <li key={code}>{text}</li>
            ))}
          </ol>
        </div>
      )}
      {decision.alternatives.length > 0 && (
        <div class="card-part">
          <h4>Also open to you</h4>
          <ul class="alternatives">
            {decision.alternatives.map((alternative) => (
              <li key={alternative.wants}>
                <span>{subject(alternative)}</span> <OutcomeBadge outcome={alternative.outcome} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {decision.clauses.length > 0 && (
        <details class="card-part">
          <summary>What our policy says</summary>
          <Quotes ids={decision.clauses} />
        </details>
      )}
    </section>
  )
}

export function SummaryCard({ message: { kind, order_number, items } }: { message: SummaryMessage }) {
  return (
    <section class="card" aria-label="To be filed">
      <header class="card-head">
        <span class="badge">To be filed after your yes</span>
        <h3>{kindOfRequest(kind)}</h3>
        <About orderNumber={order_number} items={items} />
      </header>
    </section>
  )
}

export function RequestCard({ message }: { message: RequestMessage }) {
  return (
    <section class="card request" aria-label={`Request ${message.reference}`}>
      <header class="card-head">
        <span class="badge">{statusOfRequest(message.status)}</span>
        <h3>{kindOfRequest(message.kind)}</h3>
        <About orderNumber={message.order_number} items={[]} />
      </header>
      <dl class="card-part facts">
        <dt>Reference</dt>
        <dd class="reference">{message.reference}</dd>
        <dt>Filed</dt>
        <dd>{dayAndTime(message.filed_at)}</dd>
      </dl>
    </section>
  )
}

export function ClauseCard({ message: { ids, quotes } }: { message: ClauseMessage }) {
  return (
    <section class="card" aria-label="From our policy">
      <div class="card-part">
        <h4>From our Warranty &amp; Refund Policy</h4>
        <Quotes ids={ids} quotes={quotes} />
      </div>
    </section>
  )
}

function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return (
    <span class={`badge badge-${outcome}`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={SIGNS[outcome]} />
      </svg>
      {OUTCOMES[outcome]}
    </span>
  )
}

function About({ orderNumber, items }: { orderNumber: string | null; items: Item[] }) {
  const parts = [orderNumber && `Order ${orderNumber}`, ...items.map(({ name }) => name)].filter(Boolean)
  return parts.length ? <p class="about">{parts.join(' · ')}</p> : null
}

function PerItem({ decisions, items }: { decisions: Decision[]; items: Item[] }) {
  return (
    <ul class="card-part per-item">
      {decisions.map((decision, index) => (
        <li key={index}>
          <span>{items[index]?.name ?? subject(decision)}</span> <OutcomeBadge outcome={decision.outcome} />
        </li>
      ))}
    </ul>
  )
}

function Money({ refund: { currency, lines, total } }: { refund: Refund }) {
  return (
    <table class="card-part money">
      <caption class="hidden">The refund, line by line</caption>
      <tbody>
        {lines.map(({ label, amount }, index) => (
          <tr key={index}>
            <th scope="row">{label}</th>
            <td>{money(amount, currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">You get back</th>
          <td>{money(total, currency)}</td>
        </tr>
      </tfoot>
    </table>
  )
}

function Deadline({ value }: { value: string }) {
  const left = timeLeft(value, new Date())
  return (
    <p class="card-part deadline">
      <span>Act by</span> <strong>{deadline(value)}</strong> {left && <span class="left">{left}</span>}
    </p>
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
          <figure class="quote" key={id}>
            {words && <blockquote dir="auto">{words.trim()}</blockquote>}
            <figcaption>{clause ? `${clause.section} · ${id}` : id}</figcaption>
          </figure>
        )
      })}
    </>
  )
}
