import { useState } from 'preact/hooks'
import { Refusal } from './api'
import { useDesk } from './context'
import { texts } from './words'

export function SignIn() {
  const desk = useDesk()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState('')
  const [isUnderWay, setUnderWay] = useState(false)

  const enter = async () => {
    setProblem('')
    setUnderWay(true)
    try {
      await desk.signIn(name, password)
    } catch (error) {
      setProblem(error instanceof Refusal ? error.message : texts.failed)
      setUnderWay(false)
    }
  }

  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void enter()
        }}
      >
        <Mark />
        <h1>{texts.title}</h1>
        <p class="shop">{texts.shop}</p>
        {desk.notice && <p class="told">{desk.notice}</p>}
        <label>
          <span>{texts.name}</span>
          <input
            name="name"
            autocomplete="username"
            required
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          <span>{texts.password}</span>
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <p class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={isUnderWay}>
          {isUnderWay ? texts.signingIn : texts.signIn}
        </button>
      </form>
    </main>
  )
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <circle cx="16" cy="16" r="8.5" />
      <circle cx="16" cy="16" r="3.5" />
    </svg>
  )
}
