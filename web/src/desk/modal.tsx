// A dialog over the page. The browser keeps the focus inside, and gives it back afterwards.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from './words'

export function Modal({ title, close, children }: { title: string; close(): void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="modal">
        <header>
          <h2>{title}</h2>
          <button type="button" class="plain" aria-label={texts.close} onClick={close}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
