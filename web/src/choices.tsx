// The answers to the open question, to be chosen by a click. With many of them, a few letters find the right one.

import { useState } from 'preact/hooks'
import type { Ask } from './messages'
import { useWords } from './words'

const FEW = 7

interface Choice {
  title: string
  /** What is said, where that isn't the title. */
  words?: string
  id?: string
}

export function Choices({ ask, say }: { ask: Ask; say(text: string, option?: string): void }) {
  const { texts } = useWords()
  const [letters, setLetters] = useState('')
  const yesOrNo = [
    { title: texts.yes, words: texts.said.yes },
    { title: texts.no, words: texts.said.no },
  ]
  const choices: Choice[] = ask.options ?? (ask.input === 'yes_no' ? yesOrNo : [])
  if (!choices.length) return null
  const isLong = choices.length > FEW
  const found = choices.filter(({ title }) => title.toLowerCase().includes(letters.trim().toLowerCase()))
  return (
    <div class={isLong ? 'choices many' : 'choices'} role="group" aria-label={texts.choices}>
      {isLong && (
        <input
          type="search"
          aria-label={texts.find}
          placeholder={texts.find}
          value={letters}
          onInput={(event) => setLetters(event.currentTarget.value)}
        />
      )}
      {found.map(({ id, title, words }) => (
        <button type="button" key={id ?? title} onClick={() => say(words ?? title, id)}>
          <bdi>{title}</bdi>
        </button>
      ))}
      {!found.length && <p class="status">{texts.none}</p>}
    </div>
  )
}
