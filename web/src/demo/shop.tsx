// The page's content: what the chat is for, sample orders to try where this is the demo, and the policy to read.

import type { Clause } from '../messages'
import { CONTACT, SHOP } from '../shop'

export interface SampleOrder {
  order_number: string
  email: string
  what: string
  say: string
  outcome: string
}

export function Shop({ clauses, samples, openChat }: {
  clauses: Clause[]
  samples: SampleOrder[]
  openChat(message?: string): void
}) {
  return (
    <>
      <header class="site-head">
        <a class="brand" href="/">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <circle cx="16" cy="16" r="8.5" />
            <circle cx="16" cy="16" r="3.5" />
          </svg>
          <span>{SHOP}</span>
        </a>
        <nav aria-label="On this page">
          {samples.length > 0 && <a href="#samples">Orders to try</a>}
          {clauses.length > 0 && <a href="#policy">Our policy</a>}
        </nav>
      </header>
      <main>
        <section class="hero">
          <p class="kicker">Support</p>
          <h1>Something not right with your order?</h1>
          <p class="lead">
            Tell our assistant in your own words. It looks at your order, tells you what our policy offers you, shows you
            the sentences it goes by, and files the request once you say yes.
          </p>
          <button type="button" class="begin" onClick={() => openChat()}>
            Chat with us
          </button>
        </section>
        {samples.length > 0 && <Samples samples={samples} openChat={openChat} />}
        {clauses.length > 0 && <PolicyText clauses={clauses} />}
      </main>
      <footer>
        <p>
          You can also write to <a href={`mailto:${CONTACT}`}>{CONTACT}</a>.
        </p>
      </footer>
    </>
  )
}

function Samples({ samples, openChat }: { samples: SampleOrder[]; openChat(message: string): void }) {
  return (
    <section class="samples" aria-labelledby="samples">
      <h2 id="samples">Sample orders to try</h2>
      <p>This is a demonstration. Choose an order, and its first message stands ready in the chat.</p>
      <ul>
        {samples.map(({ order_number, email, what, say, outcome }) => (
          <li key={order_number}>
            <button type="button" onClick={() => openChat(say)}>
              <span class="sample-what">{what}</span>
              <span class="sample-order">
                {order_number} · {email}
              </span>
              <span class="sample-outcome">{outcome}</span>
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
    <details class="policy" id="policy">
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
