import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Desk } from './desk'

const Context = createContext<Desk>(undefined as never) // the page gives it to everything on it
export const DeskProvider = Context.Provider

export function useDesk(): Desk {
  return useContext(Context)
}
