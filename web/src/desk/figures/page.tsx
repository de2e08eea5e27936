// What the conversations of a period came to: for leads.

import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { type Figures as Counted, fileOf, type Period, type TimesRow } from '../api'
import { useDesk } from '../context'
import { cardWords, texts as desks, WANTS } from '../words'
import { Misunderstood } from './misunderstood'
import { Bar, Columns } from './plots'
import { dayOf, meaningOf, money, percent, spoken, texts, timesOf, totalOf } from './words'

const FATES = ['alone', 'with_a_person', 'broken_off', 'under_way'] as const
const SPANS = [1, 7, 30] as const
const TOOK = ['up_to_1_minute', 'up_to_5_minutes', 'up_to_15_minutes', 'up_to_1_hour', 'longer'] as const
const DAY = 24 * 60 * 60 * 1000

export function Figures() {
  const { api } = useDesk()
  const [period, setPeriod] = useState<Period>()
  const [today, setToday] = useState('')
  const [counted, setCounted] = useState<Counted>()
  const [problem, setProblem] = useState('')
  useEffect(() => {
    let isWanted = true
    const take = (figures: Counted) => {
      if (!isWanted) return
      setProblem('')
      setCounted(figures)
      if (!period) setToday(figures.last) // by the shop's calendar, which the browser doesn't know
    }
    api.figures(period).then(take, (error: Error) => isWanted && setProblem(error.message))
    return () => {
      isWanted = false
    }
  }, [period])

  return (
    <main class="figures">
      <header>
        <h1>{texts.title}</h1>
        {counted && <Days key={`${counted.first} ${counted.last}`} shown={counted} today={today} choose={setPeriod} />}
      </header>
      <p class="problem" role="alert">
        {problem}
      </p>
      {!counted && !problem && <p class="soft">{texts.loading}</p>}
      {counted && (
        <>
          <Glance counted={counted} />
          <div class="figure-grid">
            <Conversations counted={counted} />
            <Handovers counted={counted} />
            <Times counted={counted} />
            <Outcomes counted={counted} />
            <Money counted={counted} />
            <Ratings counted={counted} />
          </div>
          <Misunderstood key={`${counted.first} ${counted.last}`} counted={counted} />
        </>
      )}
    </main>
  )
}

function Days({ shown, today, choose }: { shown: Period; today: string; choose(period: Period): void }) {
  const [first, setFirst] = useState(shown.first)
  const [last, setLast] = useState(shown.last)
  return (
    <form
      class="period"
      onSubmit={(event) => {
        event.preventDefault()
        choose({ first, last })
      }}
    >
      {SPANS.map((days) => {
        const begins = new Date(Date.parse(today) - (days - 1) * DAY).toISOString().slice(0, 10)
        return (
          <button
            type="button"
            key={days}
            aria-pressed={shown.first === begins && shown.last === today}
            onClick={() => choose({ first: begins, last: today })}
          >
            {texts.spans[days]}
          </button>
        )
      })}
      <label>
        <span>{texts.first}</span>
        <input type="date" required value={first} max={last} onInput={(event) => setFirst(event.currentTarget.value)} />
      </label>
      <label>
        <span>{texts.last}</span>
        <input type="date" required value={last} min={first} onInput={(event) => setLast(event.currentTarget.value)} />
      </label>
      <button type="submit">{texts.show}</button>
      <Hint of={['Period']} />
    </form>
  )
}

/** The few numbers that are looked at first. */
function Glance({ counted }: { counted: Counted }) {
  const all = totalOf(counted, 'conversations')
  const helped = counted.ratings.reduce((sum, row) => sum + row.helped, 0)
  const rated = counted.ratings.reduce((sum, row) => sum + row.helped + row.not_helped, 0)
  const tiles = [
    [texts.conversations, all],
    [texts.fate.alone, percent(totalOf(counted, 'alone'), all)],
    [`${texts.time.waiting}, ${texts.halfWithin.toLowerCase()}`, spoken(timesOf(counted, 'waiting')?.half_within ?? null)],
    [texts.helped, percent(helped, rated)],
    [texts.misunderstood, counted.misunderstood],
  ]
  return (
    <dl class="glance">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Conversations({ counted }: { counted: Counted }) {
  const { conversations, first, last } = counted
  const most = Math.max(...conversations.map((row) => row.conversations))
  const days = conversations.map((row) => ({ day: row.day, parts: FATES.map((is) => ({ is, size: row[is] })) }))
  return (
    <Figure title={texts.conversations} table="conversations" counted={counted} hints={['Conversations', ...Object.values(texts.fate)]} isWide>
      <div class="by-day">
        <div>
          <Columns label={texts.byDay(dayOf(first), dayOf(last))} days={days} most={most} />
          <p class="axis soft">
            <span>{dayOf(first)}</span>
            <span>{texts.most(most)}</span>
            {first !== last && <span>{dayOf(last)}</span>}
          </p>
          <Legend of={FATES.map((is) => [is, texts.fate[is]])} />
        </div>
        <div class="scroll" tabIndex={0} role="region" aria-label={texts.conversations}>
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.day}</th>
                <th scope="col">{texts.all}</th>
                {FATES.map((is) => (
                  <th scope="col" key={is}>
                    {texts.fate[is]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {conversations.map((row) => (
                <tr key={row.day}>
                  <th scope="row">{dayOf(row.day)}</th>
                  <td>{row.conversations}</td>
                  {FATES.map((is) => (
                    <td key={is}>{row[is]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Figure>
  )
}

function Handovers({ counted }: { counted: Counted }) {
  const { handovers } = counted
  const most = Math.max(...handovers.map((row) => row.handovers))
  return (
    <Figure title={texts.handovers} table="handovers" counted={counted} hints={['Handovers']} isEmpty={!handovers.length}>
      <Rows
        heads={[texts.reason, texts.number]}
        rows={handovers.map(({ reason, handovers: size }) => ({
          name: desks.reason[reason] ?? reason,
          bar: <Bar parts={[{ is: 'with_a_person', size }]} most={most} />,
          cells: [size],
        }))}
      />
    </Figure>
  )
}

function Times({ counted }: { counted: Counted }) {
  return (
    <Figure
      title={texts.timesTitle}
      table="times"
      counted={counted}
      hints={['Waiting time', 'Answering time', 'Half within, nine in ten within']}
    >
      <Rows
        heads={[texts.timesTitle, texts.halfWithin, texts.nineInTenWithin, texts.inVain, texts.open]}
        rows={counted.times.map((row) => ({
          name: texts.time[row.what],
          cells: [spoken(row.half_within), spoken(row.nine_in_ten_within), row.in_vain, row.open],
        }))}
      />
      {counted.times.map((row) => (
        <Took key={row.what} row={row} />
      ))}
    </Figure>
  )
}

function Took({ row }: { row: TimesRow }) {
  const most = Math.max(...TOOK.map((took) => row[took]))
  return (
    <Rows
      heads={[texts.time[row.what], texts.number]}
      rows={TOOK.map((took) => ({
        name: texts.took[took],
        bar: <Bar parts={[{ is: 'neutral', size: row[took] }]} most={most} />,
        cells: [row[took]],
      }))}
    />
  )
}

function Outcomes({ counted }: { counted: Counted }) {
  const { outcomes } = counted
  const most = Math.max(...outcomes.map((row) => row.cases))
  const wishes = [...new Set(outcomes.map((row) => row.wish))]
  return (
    <Figure title={texts.outcomes} table="outcomes" counted={counted} hints={['Outcomes']} isEmpty={!outcomes.length}>
      {wishes.map((wish) => (
        <Rows
          key={wish}
          heads={[WANTS[wish] ?? wish, texts.cases]}
          rows={outcomes
            .filter((row) => row.wish === wish)
            .map(({ outcome, cases }) => ({
              name: cardWords.texts.outcome[outcome],
              bar: <Bar parts={[{ is: outcome, size: cases }]} most={most} />,
              cells: [cases],
            }))}
        />
      ))}
    </Figure>
  )
}

function Money({ counted }: { counted: Counted }) {
  const currencies = [...new Set(counted.money.map((row) => row.currency))].sort()
  return (
    <Figure
      title={texts.moneyTitle}
      table="money"
      counted={counted}
      hints={Object.values(texts.money)}
      isEmpty={!currencies.length}
    >
      {currencies.map((currency) => {
        const rows = counted.money.filter((row) => row.currency === currency)
        const most = Math.max(...rows.map((row) => Number(row.total)))
        return (
          <Rows
            key={currency}
            heads={[currency, texts.cases, texts.amount]}
            rows={rows.map((row) => ({
              name: texts.money[row.what],
              bar: <Bar parts={[{ is: row.what, size: Number(row.total) }]} most={most} />,
              cells: [row.cases, money(row)],
            }))}
          />
        )
      })}
    </Figure>
  )
}

function Ratings({ counted }: { counted: Counted }) {
  const { ratings } = counted
  const most = Math.max(...ratings.map((row) => row.helped + row.not_helped))
  return (
    <Figure title={texts.ratings} table="ratings" counted={counted} hints={['Ratings']} isEmpty={!most}>
      <Rows
        heads={[texts.ratings, texts.helped, texts.notHelped, texts.share]}
        rows={ratings.map((row) => ({
          name: texts.rated[row.by],
          bar: (
            <Bar
              parts={[
                { is: 'helped', size: row.helped },
                { is: 'not_helped', size: row.not_helped },
              ]}
              most={most}
            />
          ),
          cells: [row.helped, row.not_helped, percent(row.helped, row.helped + row.not_helped)],
        }))}
      />
      <Legend
        of={[
          ['helped', texts.helped],
          ['not_helped', texts.notHelped],
        ]}
      />
    </Figure>
  )
}

/** A figure with its meaning behind a fold, and its file. */
export function Figure({ title, table, counted, hints, isWide, isEmpty, children }: {
  title: string
  table: string
  counted: Period
  hints: string[]
  isWide?: boolean
  isEmpty?: boolean
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <section class={isWide ? 'figure wide' : 'figure'} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <a href={fileOf(table, counted)} download aria-label={texts.fileOf(title)}>
          {texts.file}
        </a>
      </header>
      <Hint of={hints} />
      {isEmpty ? <p class="soft">{texts.nothing}</p> : children}
    </section>
  )
}

function Hint({ of }: { of: string[] }) {
  return (
    <details class="hint">
      <summary>{texts.hint}</summary>
      <dl>
        {of.map((figure) => (
          <div key={figure}>
            <dt>{figure}</dt>
            <dd>{meaningOf(figure)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

/** A table whose rows may have a bar under their name. */
function Rows({ heads, rows }: {
  heads: string[]
  rows: { name: string; bar?: ComponentChildren; cells: (string | number)[] }[]
}) {
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head) => (
            <th scope="col" key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, bar, cells }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              {bar}
            </th>
            {cells.map((cell, index) => (
              <td key={index}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Legend({ of }: { of: [string, string][] }) {
  return (
    <ul class="legend">
      {of.map(([is, name]) => (
        <li key={is}>
          <span class={`key is-${is}`} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  )
}
