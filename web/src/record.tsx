// The transcript as a document: for paper, and as a file that can be kept. Everything is unfolded, nothing can be pressed.

import { render } from 'preact'
import { Policy } from './cards'
import type { Conversation } from './conversation'
import type { Clause } from './messages'
import { Lines } from './transcript'
import { Speaking, type Words } from './words'

export interface Recorded {
  conversation: Conversation
  policy: Map<string, Clause>
  words: Words
  photo(id: string): Promise<Blob>
}

/** Draws it into `place`; the photos are there when the promise is fulfilled. */
export async function drawRecord(place: Element, { conversation, policy, words, photo }: Recorded): Promise<void> {
  const messages = [...conversation.earlier, ...conversation.messages]
  const { texts } = words
  render(
    <Speaking value={words}>
      <Policy.Provider value={policy}>
        <article class="record">
          <h1>{texts.transcript}</h1>
          <p class="saved">{texts.saved(words.dayAndTime(new Date().toISOString()))}</p>
          <ol class="messages">
            <Lines messages={messages} actions={{ photo: () => new Promise(() => {}) }} card={undefined} />
          </ol>
        </article>
      </Policy.Provider>
    </Speaking>,
    place,
  )
  for (const fold of place.querySelectorAll('details')) fold.open = true
  for (const button of place.querySelectorAll('button')) button.remove()
  const ids = messages.flatMap(({ custom }) => (custom?.type === 'photo' ? [custom.id] : []))
  const canvases = [...place.querySelectorAll('canvas')]
  await Promise.allSettled(canvases.map(async (canvas, index) => draw(canvas, await photo(ids[index] ?? ''))))
}

/** The record as an HTML page of its own. Its content is taken from elements, so it is escaped. */
export async function recordAsPage(recorded: Recorded, styles: string): Promise<string> {
  const place = document.createElement('div')
  await drawRecord(place, recorded)
  const { locale, texts } = recorded.words
  const page = document.implementation.createHTMLDocument(texts.transcript) // in which no picture is loaded
  page.body.append(place)
  for (const canvas of place.querySelectorAll('canvas')) {
    const image = page.createElement('img')
    image.src = canvas.toDataURL('image/jpeg', 0.85)
    image.alt = texts.photo
    image.className = 'photo'
    canvas.replaceWith(image)
  }
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `${page.head.innerHTML}<style>${styles}</style></head><body class="root">${page.body.innerHTML}</body></html>`
  )
}

async function draw(canvas: HTMLCanvasElement, photo: Blob): Promise<void> {
  const image = await createImageBitmap(photo)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
}
