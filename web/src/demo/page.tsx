// The demo: a shop's support page, which embeds the widget by one line like any other page.

import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { InomegaChat } from '../loader'
import type { Clause } from '../messages'
import { type SampleOrder, Shop } from './shop'

declare global {
  interface Window {
    InomegaChat?: InomegaChat
  }
}

function Page() {
  const [clauses, setClauses] = useState<Clause[]>([])
  const [samples, setSamples] = useState<SampleOrder[]>([])
  useEffect(() => {
    void list<Clause>('/policy/clauses').then(setClauses)
    void list<SampleOrder>('/demo/orders').then(setSamples) // only the demo has any
  }, [])
  const openChat = (message?: string) => window.InomegaChat?.open(message ? { message } : {})
  return <Shop clauses={clauses} samples={samples} openChat={openChat} />
}

async function list<T>(address: string): Promise<T[]> {
  try {
    const response = await fetch(address)
    return response.ok ? ((await response.json()) as T[]) : []
  } catch {
    return []
  }
}

const place = document.getElementById('page')
if (place) render(<Page />, place)
