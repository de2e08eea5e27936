// Single keys, outside of fields and dialogs. They can be switched off, for whoever speaks to their computer.

import type { texts } from './words'

type Name = keyof typeof texts.shortcuts

export const SHORTCUTS: Record<string, Name> = {
  j: 'next',
  k: 'previous',
  t: 'takeOver',
  h: 'handBack',
  r: 'reply',
  n: 'note',
  p: 'replies',
  '?': 'help',
}

/** Which shortcut a key is, pressed where it was. */
export function shortcutOf(event: KeyboardEvent): Name | undefined {
  const { key, ctrlKey, metaKey, altKey, target } = event
  if (ctrlKey || metaKey || altKey || !(target instanceof Element)) return undefined
  const isField = target.matches('input, textarea, select')
  if (key === 'Escape') return isField && !target.closest('dialog') ? 'leave' : undefined
  return isField || target.closest('dialog') ? undefined : SHORTCUTS[key]
}
