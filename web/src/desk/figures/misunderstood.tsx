// What customers wrote that wasn't understood, by likeness, and the examples that are made of it.

import { useEffect, useState } from 'preact/hooks'
import type { Example, Figures, Intent, Labelled, Misread, MisreadGroups } from '../api'
import { useDesk } from '../context'
import { Modal } from '../modal'
import { day, texts as desks } from '../words'
import { Figure } from './page'
import { texts } from './words'

type Chosen = { misread: Misread; intent: string } | { example: Example }

export function Misunderstood({ counted }: { counted: Figures }) {
  const { api } = useDesk()
  const [found, setFound] = useState<MisreadGroups>()
  const [examples, setExamples] = useState<Example[]>([])
  const [chosen, setChosen] = useState<Chosen>()
  const [problem, setProblem] = useState('')
  const ask = () =>
    Promise.all([api.misread(counted), api.examples()]).then(
      ([groups, toReview]) => {
        setFound(groups)
        setExamples(toReview)
      },
      (error: Error) => setProblem(error.message),
    )
  useEffect(() => void ask(), [])

  const titleOf = (name: string) => found?.intents.find((intent) => intent.name === name)?.title ?? name
  return (
    <div class="learning">
      <Figure
        title={texts.misunderstood}
        table="misunderstood"
        counted={counted}
        hints={['Not understood', 'Groups']}
        isEmpty={found?.groups.length === 0}
      >
        <p class="problem" role="alert">
          {problem}
        </p>
        {found && <p class="soft">{texts.groups(found.read)}</p>}
        <ul class="groups">
          {found?.groups.map(({ count, likeliest, messages }) => (
            <li key={`${messages[0]?.conversation_id} ${messages[0]?.seq}`}>
              <details>
                <summary>
                  <b>{texts.times(count)}</b> <bdi>{messages[0]?.text}</bdi>{' '}
                  <span class="soft">{texts.nearest(titleOf(likeliest))}</span>
                </summary>
                <ul>
                  {messages.map((misread) => (
                    <li key={`${misread.conversation_id} ${misread.seq}`}>
                      <p>
                        <bdi>{misread.text}</bdi> <span class="soft">{day(misread.at)}</span>
                      </p>
                      {misread.has_example ? (
                        <p class="soft">{texts.made}</p>
                      ) : (
                        <button type="button" onClick={() => setChosen({ misread, intent: likeliest })}>
                          {texts.make}
                        </button>
                      )}
                    </li>
                  ))}
                </ul>
              </details>
            </li>
          ))}
        </ul>
      </Figure>
      <section class="figure" aria-label={texts.review}>
        <header>
          <h2>{texts.review}</h2>
        </header>
        <p class="soft">{examples.length ? texts.handedOut : texts.noExamples}</p>
        <ul class="examples">
          {examples.map((example) => (
            <li key={example.id}>
              <p>
                <bdi>{example.text}</bdi>{' '}
                <span class="soft">
                  {titleOf(example.intent)}, {texts.madeBy(example.made_by)}
                </span>
              </p>
              <button type="button" onClick={() => setChosen({ example })}>
                {texts.reviewOne}
              </button>
            </li>
          ))}
        </ul>
      </section>
      {chosen && found && (
        <ExampleDialog
          chosen={chosen}
          intents={found.intents}
          close={(isDone) => {
            setChosen(undefined)
            if (isDone) void ask()
          }}
        />
      )}
    </div>
  )
}

/** Words and intent, to be put right before they are kept or accepted. */
function ExampleDialog({ chosen, intents, close }: { chosen: Chosen; intents: Intent[]; close(isDone: boolean): void }) {
  const { api } = useDesk()
  const isNew = 'misread' in chosen
  const [text, setText] = useState(isNew ? chosen.misread.proposal : chosen.example.text)
  const [intent, setIntent] = useState(isNew ? chosen.intent : chosen.example.intent)
  const [problem, setProblem] = useState('')
  const does = (deed: Promise<unknown>) => deed.then(() => close(true), (error: Error) => setProblem(error.message))
  const save = (labelled: Labelled) =>
    isNew ? api.makeExample(chosen.misread, labelled) : api.acceptExample(chosen.example.id, labelled)
  return (
    <Modal title={isNew ? texts.makeTitle : texts.reviewTitle} close={() => close(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void does(save({ text, intent }))
        }}
      >
        {isNew && (
          <p>
            <span class="soft">{texts.original}:</span> <bdi>{chosen.misread.text}</bdi>
          </p>
        )}
        <label>
          <span>{texts.example}</span>
          <textarea rows={3} maxLength={500} required value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <label>
          <span>{texts.intent}</span>
          <select value={intent} onChange={(event) => setIntent(event.currentTarget.value)}>
            {intents.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <p class="problem" role="alert">
          {problem}
        </p>
        <p class="deeds">
          <button type="submit" class="primary">
            {isNew ? texts.keep : texts.accept}
          </button>
          {!isNew && (
            <button type="button" onClick={() => void does(api.rejectExample(chosen.example.id))}>
              {texts.reject}
            </button>
          )}
          <button type="button" onClick={() => close(false)}>
            {desks.cancel}
          </button>
        </p>
      </form>
    </Modal>
  )
}
