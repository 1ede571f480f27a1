import { useFetcher } from '@remix-run/react'
import { KeyRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { paths } from '../paths.ts'
import type { Refused } from '../problem.ts'
import { Button, type ButtonTone } from '../ui/button.tsx'
import { CeremonyEnded, showPasskey } from './passkey-device.ts'

/** Whether this browser has passkeys; false until scripts run, so that nothing is shown that can't be used. */
export function useHasPasskeys(): boolean {
  const [has, setHas] = useState(false)
  useEffect(() => setHas('PublicKeyCredential' in window && window.isSecureContext), [])
  return has
}

function PasskeyButton({
  options,
  action,
  carry,
  label,
  tone,
}: {
  options: string
  action: string
  carry: Record<string, string>
  label: string
  tone?: ButtonTone
}) {
  const has = useHasPasskeys()
  const fetcher = useFetcher<Refused>()
  const [state, setState] = useState<{ waiting: boolean; said?: string }>({ waiting: false })
  if (!has) return null
  const said = state.said ?? fetcher.data?.problem?.detail
  const start = async () => {
    setState({ waiting: true })
    try {
      fetcher.submit({ ...carry, ...(await showPasskey(options)) }, { method: 'post', action })
      setState({ waiting: false })
    } catch (error) {
      setState({ waiting: false, said: error instanceof CeremonyEnded ? error.message : 'That did not work. Try again.' })
    }
  }
  const busy = state.waiting || fetcher.state !== 'idle'
  return (
    <div>
      <Button
        tone={tone}
        className="w-full"
        disabled={busy}
        onClick={start}
        icon={<KeyRound aria-hidden="true" className="size-3.5" />}
      >
        {busy ? 'Waiting for your device…' : label}
      </Button>
      {said && !busy ? (
        <p role="alert" className="mt-2 text-sm font-medium text-bad-ink">
          {said}
        </p>
      ) : null}
    </div>
  )
}

/** On the sign-in page: nothing to type. */
export function PasskeySignIn({ redirectTo }: { redirectTo: string }) {
  return (
    <PasskeyButton
      options="/api/v1/auth/passkey/options"
      action={paths.signInPasskey()}
      carry={{ redirectTo }}
      label="Sign in with a passkey"
    />
  )
}

/** Where someone has to prove once more who they are. */
export function PasskeyConfirm({ returnTo }: { returnTo: string }) {
  return (
    <PasskeyButton
      options="/api/v1/auth/confirm/passkey/options"
      action={paths.confirmPasskey()}
      carry={{ returnTo }}
      label="Confirm with a passkey"
    />
  )
}
