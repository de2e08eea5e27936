// What outlives a reload: whose conversation this is (for every tab), and what this tab hasn't got confirmed.

import type { Session, Unsent } from './conversation'
import { SESSION } from './keys'

const UNSENT = 'inomega-chat-unsent'

export function rememberedSession(): Session | null {
  const session = read(() => localStorage, SESSION)
  return isRecord(session) && typeof session.id === 'string' && typeof session.secret === 'string'
    ? { id: session.id, secret: session.secret }
    : null
}

export function rememberedUnsent(): Unsent[] {
  const unsent = read(() => sessionStorage, UNSENT)
  return Array.isArray(unsent) ? unsent.filter(isUnsent) : []
}

export function rememberSession(session: Session | null): void {
  write(() => localStorage, SESSION, session)
}

/** Photos are too large to be remembered. */
export function rememberUnsent(unsent: Unsent[]): void {
  const texts = unsent.filter(({ photo }) => !photo)
  write(() => sessionStorage, UNSENT, texts.length ? texts : null)
}

/** Another tab has begun, or found, another conversation; gives what ends the watching. */
export function watchSession(found: (session: Session) => void): () => void {
  const look = ({ key }: StorageEvent) => {
    const session = key === SESSION ? rememberedSession() : null
    if (session) found(session)
  }
  addEventListener('storage', look)
  return () => removeEventListener('storage', look)
}

function read(storage: () => Storage, key: string): unknown {
  try {
    return JSON.parse(storage().getItem(key) ?? 'null')
  } catch {
    return null // no storage allowed, or something else wrote there
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value) storage().setItem(key, JSON.stringify(value))
    else storage().removeItem(key)
  } catch {
    // No storage allowed, or it is full: the chat works all the same, until a reload.
  }
}

function isUnsent(value: unknown): value is Unsent {
  return isRecord(value) && typeof value.clientId === 'string' && typeof value.text === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
