// Times that count on. One clock for the whole page; only the texts that show it are drawn again.

import { useEffect, useState } from 'preact/hooks'
import { ago, waited } from './words'

const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined

function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const tick = () => setNow(Date.now())
    listeners.add(tick)
    ticking ??= setInterval(() => listeners.forEach((each) => each()), 1000)
    return () => {
      listeners.delete(tick)
      if (listeners.size) return
      clearInterval(ticking)
      ticking = undefined
    }
  }, [])
  return now
}

export function Waited({ since }: { since: string }) {
  const seconds = (useNow() - Date.parse(since)) / 1000
  return <time dateTime={since}>{waited(seconds)}</time>
}

export function Ago({ at }: { at: string }) {
  const seconds = (useNow() - Date.parse(at)) / 1000
  return <time dateTime={at}>{ago(seconds)}</time>
}
