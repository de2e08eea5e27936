// Plots, drawn small. Each stands beside, or in, the table that has its numbers, and is hidden from screen readers or named.

/** Parts of a whole as lengths, 100 for the longest bar beside it. */
export function Bar({ parts, most }: { parts: { is: string; size: number }[]; most: number }) {
  let at = 0
  return (
    <svg class="plot-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(({ is, size }) => {
        const width = most ? (100 * size) / most : 0
        const x = at
        at += width
        return <rect key={is} class={`is-${is}`} x={x} width={width} height="4" />
      })}
    </svg>
  )
}

/** A column for each day, made of parts that stand on each other. */
export function Columns({ label, days, most }: {
  label: string
  days: { day: string; parts: { is: string; size: number }[] }[]
  most: number
}) {
  return (
    <svg class="plot-columns" viewBox={`0 0 ${days.length * 10} 100`} preserveAspectRatio="none" role="img" aria-label={label}>
      {days.map(({ day, parts }, index) => {
        let top = 100
        return parts.map(({ is, size }) => {
          const height = most ? (100 * size) / most : 0
          top -= height
          return <rect key={`${day} ${is}`} class={`is-${is}`} x={index * 10 + 1} y={top} width="8" height={height} />
        })
      })}
    </svg>
  )
}
