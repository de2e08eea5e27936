// The conversation that is open: whose it is, who answers, what was said, and where the agent writes.

import type { Details, Summary } from './api'
import { Waited } from './clock'
import { Composer } from './composer'
import { useDesk } from './context'
import type { Asked } from './dialogs'
import { sectionOf } from './state'
import { Transcript } from './transcript'
import { reasonOf, texts } from './words'

export function Conversation({ ask }: { ask(asked: Asked): void }) {
  const desk = useDesk()
  const { state } = desk
  const id = state.openId
  const summary = id ? state.conversations.get(id) : undefined
  const opened = id ? state.opened.get(id) : undefined
  if (!id || (!summary && state.isListed && !opened && desk.notice)) {
    return (
      <section class="conversation nothing" aria-label={texts.conversation}>
        <p>{texts.choose}</p>
        <p>{texts.chooseMore}</p>
      </section>
    )
  }
  const name = nameOf(opened?.case)
  return (
    <section class="conversation" aria-label={texts.conversation}>
      {summary && <Head summary={summary} name={name} ask={ask} />}
      {summary && opened ? (
        <Transcript
          key={id}
          summary={summary}
          opened={opened}
          unsent={state.unsent.filter((unsent) => unsent.id === id)}
          typing={state.typing.get(id)}
          name={name}
        />
      ) : (
        <p class="loading">{texts.loading}</p>
      )}
      {summary && <Composer key={id} summary={summary} ask={ask} />}
    </section>
  )
}

function Head({ summary, name, ask }: { summary: Summary; name: string; ask(asked: Asked): void }) {
  const desk = useDesk()
  const { me } = desk.state
  const { id, agent, is_online, order_number, waiting_since, trigger } = summary
  const section = sectionOf(summary, me)
  const reason = reasonOf(summary)
  const mayEnd = section !== 'closed' && (section !== 'others' || me?.role === 'lead')
  const mayPassOn = section === 'mine' || (section !== 'closed' && me?.role === 'lead')
  return (
    <header class="conversation-head">
      <div class="whose">
        <h2>
          <bdi>{name}</bdi>
          <span class={is_online ? 'presence online' : 'presence'}>{is_online ? texts.isOnline : texts.isAway}</span>
        </h2>
        <p class={`standing ${section}`}>
          <strong>{section === 'others' ? texts.state.others(agent?.name ?? '') : texts.state[section]}</strong>
          {waiting_since && (
            <>
              {' '}
              <Waited since={waiting_since} />
            </>
          )}
          {order_number && <span> · {texts.order(order_number)}</span>}
          {reason && section !== 'closed' && section !== 'assistant' && (
            <span class="because" dir="auto">
              {' '}
              · {texts.because(reason, trigger)}
            </span>
          )}
        </p>
      </div>
      <div class="deeds">
        {(section === 'waiting' || section === 'assistant') && (
          <button type="button" class="primary" onClick={() => void desk.takeOver(id)}>
            {texts.takeOver}
          </button>
        )}
        {section === 'mine' && (
          <>
            <button type="button" onClick={() => void desk.handBack(id)}>
              {texts.handBack}
            </button>
            <button type="button" onClick={() => void desk.putBack(id)}>
              {texts.putBack}
            </button>
          </>
        )}
        {mayPassOn && (
          <button type="button" onClick={() => ask({ what: 'pass on', id })}>
            {texts.passOn}
          </button>
        )}
        {mayEnd && (
          <button type="button" onClick={() => ask({ what: 'end', id })}>
            {texts.end}
          </button>
        )}
      </div>
    </header>
  )
}

function nameOf(known: Details['case'] | undefined): string {
  return known?.order?.customer_name || known?.email || texts.unnamed
}
