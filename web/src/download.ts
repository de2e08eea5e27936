// Gives the customer a file that was made here.

export function download(name: string, type: string, content: string): void {
  const link = document.createElement('a')
  const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }))
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
