// What can be done with the whole conversation: a button that unfolds a few others.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icons'
import { useWords } from './words'

export interface Deed {
  name: string
  does(): void
}

export function Menu({ deeds }: { deeds: Deed[] }) {
  const { texts } = useWords()
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLUListElement>(null)

  useLayoutEffect(() => {
    if (isOpen) list.current?.querySelector('button')?.focus()
  }, [isOpen])

  const close = () => {
    setOpen(false)
    button.current?.focus()
  }

  return (
    <div
      class="menu"
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOpen(false)
      }}
      onKeyDown={(event) => {
        if (!isOpen) return
        if (event.key === 'Escape') {
          event.stopPropagation() // it closes only the menu
          event.preventDefault()
          close()
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          event.preventDefault()
          step(list.current, event.key === 'ArrowDown' ? 1 : -1)
        }
      }}
    >
      <button
        ref={button}
        type="button"
        class="round"
        aria-label={texts.menu}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon of="menu" />
      </button>
      {isOpen && (
        <ul ref={list}>
          {deeds.map(({ name, does }) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => {
                  close()
                  does()
                }}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function step(list: HTMLElement | null, by: number): void {
  const buttons = [...(list?.querySelectorAll('button') ?? [])]
  const root = list?.getRootNode() as ShadowRoot | undefined
  const at = buttons.indexOf(root?.activeElement as HTMLButtonElement)
  buttons[(at + by + buttons.length) % buttons.length]?.focus()
}
