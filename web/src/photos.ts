// Photos: made small here, so that they travel fast and tell nothing of where they were taken, and fetched to be shown.

import type { Session } from './conversation'
import type { Acknowledgement } from './messages'

export const TYPES = ['image/jpeg', 'image/png', 'image/webp']
const LONGEST_SIDE = 2048 // pixels; more isn't kept
const PATIENCE = 60_000

/** The photo, made anew and small. Rejects where the browser can't read it. */
export async function shrunk(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const paper = canvas.getContext('2d')
  if (!paper) return file
  paper.fillStyle = '#fff'
  paper.fillRect(0, 0, canvas.width, canvas.height)
  paper.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), 'image/jpeg', 0.85))
}

/** Sends it; `undefined` if nobody knows whether it arrived. */
export async function attach(
  server: URL,
  session: Session,
  clientId: string,
  photo: Blob,
  locale: string,
): Promise<Acknowledgement | undefined> {
  try {
    const response = await fetch(new URL(`photos?client_id=${clientId}`, server), {
      method: 'POST',
      headers: { ...proof(session), 'Accept-Language': locale },
      body: photo,
      signal: AbortSignal.timeout(PATIENCE),
    })
    const said = await response.json()
    return response.ok ? { ok: true, seq: said.seq } : { ok: false, error: said.error }
  } catch {
    return undefined
  }
}

/** The photo of this conversation, ready to be drawn. Rejects if it can't be had. */
export async function photoOf(server: URL, session: Session, id: string): Promise<Blob> {
  const response = await fetch(new URL(`photos/${encodeURIComponent(id)}`, server), { headers: proof(session) })
  if (!response.ok) throw new Error(String(response.status))
  return response.blob()
}

function proof({ id, secret }: Session): Record<string, string> {
  return { Authorization: `Bearer ${id}.${secret}` }
}
