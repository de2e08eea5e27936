// How the page calls its agent: a sound, and a count in the title and on the tab's icon.

import icon from './desk-icon.svg'
import iconWithNews from './desk-icon-news.svg'
import { titleOf } from './words'

const NOTES = [660, 880] // Hz
const LENGTH = 0.16 // seconds each
const LOUDNESS = 0.06

let audio: AudioContext | undefined

/** Browsers play nothing before the agent has done something on the page. */
export function allowSound(): void {
  audio ??= new AudioContext()
  if (audio.state === 'suspended') void audio.resume()
}

/** Two soft notes, made here. */
export function chime(): void {
  if (audio?.state !== 'running') return
  const player = audio
  NOTES.forEach((pitch, index) => {
    const start = player.currentTime + index * LENGTH
    const tone = new OscillatorNode(player, { frequency: pitch, type: 'sine' })
    const volume = new GainNode(player, { gain: 0 })
    volume.gain.setTargetAtTime(LOUDNESS, start, 0.01)
    volume.gain.setTargetAtTime(0, start + LENGTH / 2, 0.04)
    tone.connect(volume).connect(player.destination)
    tone.start(start)
    tone.stop(start + LENGTH * 2)
  })
}

export function showCount(count: number): void {
  document.title = titleOf(count)
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  const wanted = count ? iconWithNews : icon
  if (link && link.getAttribute('href') !== wanted) link.href = wanted
}
