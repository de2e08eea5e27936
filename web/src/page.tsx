// Loads what the page shows around the chat and puts everything into place. Without it the chat works all the same.

import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Clause } from './messages'
import { type SampleOrder, Shop } from './shop'

function Page() {
  const [clauses, setClauses] = useState<Clause[]>([])
  const [samples, setSamples] = useState<SampleOrder[]>([])
  useEffect(() => {
    void list<Clause>('/policy/clauses').then(setClauses)
    void list<SampleOrder>('/demo/orders').then(setSamples) // only the demo has any
  }, [])
  return <Shop clauses={clauses} samples={samples} />
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
