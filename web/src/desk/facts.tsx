// The facts of the case, each with where it came from; what isn't of the shop's records can be put right.

import { useState } from 'preact/hooks'
import { localDay } from '../words'
import type { Fact, Value } from './api'
import { useDesk } from './context'
import { choicesOf, factName, factValue, isCorrectable, isDate, texts } from './words'

export function Facts({ id, facts, mayCorrect }: { id: string; facts: Fact[]; mayCorrect: boolean }) {
  const desk = useDesk()
  const [edited, setEdited] = useState<string>()

  const correct = (fact: string, value: Value) => {
    setEdited(undefined)
    void desk.correct(id, fact, value)
  }

  return (
    <section class="part" aria-label={texts.facts}>
      <h3>{texts.facts}</h3>
      <ul class="facts">
        {facts.map((fact) => {
          const { fact: name, value, source } = fact
          const label = factName(name)
          const isEdited = edited === name
          return (
            <li key={name} class={value === null ? 'unknown' : ''}>
              <span class="fact-name">{label}</span>
              <span class="fact-value">
                {factValue(name, value)}
                {source && (
                  <span class={`chip by-${source}`} title={texts.sourceSays[source]}>
                    {texts.source[source]}
                  </span>
                )}
              </span>
              {mayCorrect && isCorrectable(fact) && (
                <button
                  type="button"
                  class="link"
                  aria-expanded={isEdited}
                  aria-label={`${isEdited ? texts.cancel : texts.edit}: ${label}`}
                  onClick={() => setEdited(isEdited ? undefined : name)}
                >
                  {isEdited ? texts.cancel : texts.edit}
                </button>
              )}
              {isEdited && <Editor fact={fact} label={label} set={(chosen) => correct(name, chosen)} />}
            </li>
          )
        })}
      </ul>
      {!mayCorrect && <p class="none">{texts.correctOnly}</p>}
    </section>
  )
}

function Editor({ fact: { fact, value, source }, label, set }: { fact: Fact; label: string; set(value: Value): void }) {
  const choices = choicesOf(fact)
  return (
    <div class="editor" role="group" aria-label={label}>
      {isDate(fact) ? (
        <DateField label={label} value={value} set={set} />
      ) : choices ? (
        <select
          aria-label={label}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => set(event.currentTarget.value)}
        >
          <option value="" disabled>
            {texts.unknown}
          </option>
          {Object.entries(choices).map(([choice, words]) => (
            <option key={choice} value={choice}>
              {words}
            </option>
          ))}
        </select>
      ) : (
        <>
          <button type="button" aria-pressed={value === true} onClick={() => set(true)}>
            {texts.yes}
          </button>
          <button type="button" aria-pressed={value === false} onClick={() => set(false)}>
            {texts.no}
          </button>
        </>
      )}
      {source === 'agent' && (
        <button type="button" class="link" onClick={() => set(null)}>
          {texts.takeBack}
        </button>
      )}
    </div>
  )
}

function DateField({ label, value, set }: { label: string; value: Value; set(value: Value): void }) {
  const [chosen, setChosen] = useState(typeof value === 'string' ? localDay(new Date(value)) : '')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen) set(chosen)
      }}
    >
      <input
        type="date"
        aria-label={label}
        max={localDay(new Date())}
        value={chosen}
        onInput={(event) => setChosen(event.currentTarget.value)}
      />
      <button type="submit" disabled={!chosen}>
        {texts.set}
      </button>
    </form>
  )
}
