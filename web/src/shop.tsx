// The shop's support page around the chat: the policy to read and, on the demo, sample orders to try.

import { useRef, useState } from 'preact/hooks'
import { Policy } from './cards'
import { ChatWindow } from './chat-window'
import type { Clause } from './messages'

export interface SampleOrder {
  order_number: string
  email: string
  what: string
  say: string
  outcome: string
}

export function Shop({ clauses, samples }: { clauses: Clause[]; samples: SampleOrder[] }) {
  const [draft, setDraft] = useState('')
  const chat = useRef<HTMLDivElement>(null)

  const tryOut = ({ say }: SampleOrder) => {
    setDraft(say)
    chat.current?.scrollIntoView({ block: 'nearest' })
    chat.current?.querySelector('textarea')?.focus()
  }

  return (
    <Policy.Provider value={new Map(clauses.map((clause) => [clause.id, clause]))}>
      <header class="site-head">
        <a class="brand" href="/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <circle cx="16" cy="16" r="8.5" />
            <circle cx="16" cy="16" r="3.5" />
          </svg>
          <span>INOMEGA Solutions</span>
        </a>
        <span class="site-place">Support</span>
        {samples.length > 0 && (
          <a class="to-samples" href="#samples-title">
            Orders to try
          </a>
        )}
      </header>
      <main class="page">
        <div class="beside">
          <h1>How can we help?</h1>
          <p class="lead">
            Tell our assistant in your own words what is wrong with your order. It looks at your order, tells you what
            our policy offers you, and files the request once you say yes.
          </p>
          {samples.length > 0 && <Samples samples={samples} onTry={tryOut} />}
          {clauses.length > 0 && <PolicyText clauses={clauses} />}
        </div>
        <div class="chat-place" ref={chat}>
          <ChatWindow draft={draft} onDraft={setDraft} />
        </div>
      </main>
    </Policy.Provider>
  )
}

function Samples({ samples, onTry }: { samples: SampleOrder[]; onTry(sample: SampleOrder): void }) {
  return (
    <section class="samples" aria-labelledby="samples-title">
      <h2 id="samples-title">Sample orders to try</h2>
      <p>This is a demonstration. Choose an order, and its first message stands ready in the chat.</p>
      <ul>
        {samples.map((sample) => (
          <li key={sample.order_number}>
            <button type="button" onClick={() => onTry(sample)}>
              <span class="sample-what">{sample.what}</span>
              <span class="sample-order">
                {sample.order_number} · {sample.email}
              </span>
              <span class="sample-outcome">{sample.outcome}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function PolicyText({ clauses }: { clauses: Clause[] }) {
  const sections = [...new Set(clauses.map(({ section }) => section))]
  return (
    <details class="policy">
      <summary>Our Warranty &amp; Refund Policy</summary>
      {sections.map((section) => (
        <section key={section}>
          <h3>{section}</h3>
          {clauses
            .filter((clause) => clause.section === section)
            .map(({ id, text }) => (
              <p key={id}>{text.trim()}</p>
            ))}
        </section>
      ))}
    </details>
  )
}
